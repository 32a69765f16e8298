"""Every command explains itself: in Traditional Chinese, with an example that works as it is."""

import asyncio
import inspect
import shlex
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from bot import language
from bot.cli import COMMANDS, bot, loaded
from bot.clock import SystemClock
from bot.imports import samples
from models.rulebooks import shipped
from models.store import Store
from models.tables import ChannelCredential, Person, School
from scheduler.taking_over import take_over
from tests.support import cast
from tests.support.cast import taipei

CATALOGUE = language.CATALOGUES / "zh_Hant_TW" / "LC_MESSAGES" / "terminal.po"
HEADINGS = ("Example:", "Examples:")


def _leaves(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, ...]]:
    """Yield the words that call each command below this one."""
    if not isinstance(command, click.Group):
        yield path
        return
    for name, below in command.commands.items():
        yield from _leaves((*path, name), below)


def _all(command: click.Command) -> Iterator[click.Command]:
    """Yield a command and all below it."""
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _all(below)


def _every_command() -> list[tuple[str, ...]]:
    """Return the words of every command there is."""
    return [path for name in COMMANDS for path in _leaves((name,), loaded(name))]


def _told(command: click.Command) -> Iterator[str]:
    """Yield the sentences of a command's help as they are looked up; examples are typed as is."""
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        plain = " ".join(paragraph.removeprefix("\b").split())
        if not plain.startswith(HEADINGS):
            yield plain
    options = (each for each in command.params if isinstance(each, click.Option))
    yield from (each.help for each in options if each.help)


def examples(called: tuple[str, ...]) -> list[list[str]]:
    """Return the examples of a command's help as the words that are typed."""
    said = CliRunner().invoke(bot, [*called, "--help"]).output
    _, _, below = said.partition("範例：")
    shown, _, _ = below.partition("選項")
    typed = [shlex.split(line) for line in shown.splitlines() if line.strip()]
    return [each[each.index("bot") + 1 :] for each in typed if "bot" in each]


@pytest.mark.parametrize("called", _every_command(), ids=" ".join)
def test_every_commands_help_shows_how_it_is_typed(called: tuple[str, ...]) -> None:
    """The help has an example that calls this very command."""
    assert any(tuple(each[: len(called)]) == called for each in examples(called))


@pytest.mark.parametrize("name", list(COMMANDS))
def test_no_help_shows_a_mark_meant_for_click(name: str) -> None:
    """The mark that keeps lines as they are is read by click, not by people."""
    assert "\\b" not in CliRunner().invoke(bot, [name, "--help"]).output


def test_every_sentence_of_every_help_has_its_chinese_and_nothing_else_does() -> None:
    """A command that is added or changed brings its Chinese along, in terminal.po."""
    with CATALOGUE.open("rb") as file:
        known = {entry.id for entry in read_po(file) if isinstance(entry.id, str) and entry.id}
    everything = [each for name in COMMANDS for each in _all(loaded(name))]
    said = {sentence for each in everything for sentence in _told(each)}
    said |= {*COMMANDS.values(), *HEADINGS, *_told(bot)}
    clicks = {entry for entry in known if entry in _sentences_of_click()}
    assert said - known == set()
    assert known - said - clicks == set()


def _sentences_of_click() -> str:
    """Return click's own source, in which the sentences stand that it says by itself."""
    folder = Path(inspect.getfile(click)).parent
    names = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
    source = "".join((folder / f"{name}.py").read_text("utf-8") for name in names)
    return source.replace("\\n", "\n").replace("\\t", "\t")


def test_help_is_english_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """BOT_LANGUAGE=en gives every sentence as it stands in the code."""
    monkeypatch.setenv("BOT_LANGUAGE", "en")
    said = CliRunner().invoke(bot, ["codes", "--help"]).output
    assert "Print one-time joining codes" in said
    assert "Only this class." in said


NOT_RUN_HERE = {"demo", "serve", "web", "worker", "simulator", "rehearse", "school webhook"}
"""They go on until they are stopped, speak with a messenger's own servers, or play a term that
other tests play: what is typed is only read here."""
TAKEN_OVER = ["samples", "columns", "people", "courses", "works", "officers"]
TAKEN_OVER += ["package", "receipts", "report", "differences", "undo"]
DIAGNOSES = {"school check", "audit verify", "doctor", "import settle", "export name-list"}
"""Commands that answer 1 where something is not as it should be: here is no LINE, no difference,
and nothing that was selected."""


def _every_example() -> list[list[str]]:
    """Return every example of every help once, those of imports in the order they need."""
    found = {
        tuple(each): each
        for name in COMMANDS
        for path in [(name,), *_leaves((name,), loaded(name))]
        for each in examples(path)
    }
    order = {word: place for place, word in enumerate(TAKEN_OVER)}
    return sorted(found.values(), key=lambda each: order.get(each[1] if each[1:] else "", 0))


@pytest.fixture
def scratch(
    sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Give databases by the command that works on them, and a folder with a school's files."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BOT_SECRET_KEY", "k" * 44)
    monkeypatch.setenv("BOT_LINE_API_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("BOT_SCHOOL_LINE_SECRET", "secret")
    monkeypatch.setenv("BOT_SCHOOL_LINE_TOKEN", "token")
    monkeypatch.setattr(SystemClock, "now", lambda _self: taipei(2024, 10, 12, 9))
    text = (language.CATALOGUES.parent / "docs" / "rulebook.md").read_text("utf-8")
    (tmp_path / "my-school.toml").write_text(
        text.partition("## 完整範例")[2].split("```toml\n")[1].split("```")[0], "utf-8"
    )
    for file in samples.write(tmp_path, today=date(2024, 10, 12)):
        assert file.exists()
    (tmp_path / "my-platform.toml").touch()
    (tmp_path / "addresses.csv").write_text("學號,地址\n1120012,南投縣草屯鎮\n", "utf-8")
    (tmp_path / "before.json").touch()
    (tmp_path / "bell.db.anchors").touch()
    urls = {}
    for name in ("", "import", "school"):
        shutil.copyfile(sqlite_template, tmp_path / f"of-{name}.db")
        urls[name] = f"sqlite:///{tmp_path}/of-{name}.db"
    asyncio.run(_settle(urls))
    return urls


async def _settle(urls: dict[str, str]) -> None:
    """Write a school with the people that examples name, and one without anybody."""
    full, empty = (Store(urls[each].replace(":", "+aiosqlite:", 1)) for each in ("", "import"))
    school = await cast.settle(full)
    async with full.writing() as session:
        for name, number in (("小美", "1120012"), ("阿明", "0123456"), ("註冊組", "T001")):
            (await session.get_one(Person, school.people[name].id)).number = number
        session.add(
            ChannelCredential(
                school_id=school.school.id, channel="line", secret=b"", token=b"", basic_id="@bell"
            )
        )
        for name, code in (("小美", "7KQ2MXWC"), ("阿明", "M4TR2PQ9")):
            statement = await cast.statement(session, school, of=name)
            session.add(cast.letter(school, statement, code))
    async with empty.writing() as session:
        row = School(code="060402", name="草屯", rulebook="")
        session.add(row)
        await session.flush()
        text = shipped()["caotun"].read_text("utf-8")
        await take_over(session, row, text, taipei(2024, 10, 12, 9))
    for store in (full, empty):
        await store.close()


def test_every_example_of_every_help_works_as_it_is_pasted(
    scratch: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a small school with the files that the examples name."""
    failed = {}
    for words in _every_example():
        typed, _, redirected = " ".join(words).partition(" > ")
        if {words[0], " ".join(words[:2])} & NOT_RUN_HERE:
            command, rest = loaded(words[0]), words[1:]
            while isinstance(command, click.Group):
                command, rest = command.commands[rest[0]], rest[1:]
            assert command.make_context(words[0], rest)
            continue
        monkeypatch.setenv("BOT_DATABASE_URL", scratch.get(words[0], scratch[""]))
        result = CliRunner().invoke(bot, shlex.split(typed))
        if redirected:
            Path(redirected).write_text(result.stdout, "utf-8")
        if result.exit_code > bool({words[0], " ".join(words[:2])} & DIAGNOSES):
            failed[typed] = result.output or repr(result.exception)
    assert failed == {}
