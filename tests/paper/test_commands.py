"""`bot codes` and `bot paper` in a terminal, on both databases."""

import asyncio
import json
import re
import stat
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlmodel import col, select

from bot.clock import SystemClock
from bot.commands import codes, paper
from bot.i18n import words
from bot.issuing import Wanted, issue
from bot.vault import Vault
from models.queries import linking
from models.rules.linking import read_code
from models.store import Store
from models.tables import ChannelCredential, ChatAccount, Confirmation, LinkCode, School
from tests.paper.reading import A4, pages, sizes
from tests.support import cast
from tests.support.cast import Cast, settle, taipei

KEY = "a secret key that only the tests use"
CODE = re.compile(rb"[A-Z0-9]{5}-[A-Z0-9]{5}")


class Office:
    """A terminal beside the small school, nobody of which has joined but 小美."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder
        self.cast = self.with_store(self._open)

    def with_store(self, work: Callable[[Store], Coroutine[Any, Any, Any]]) -> Any:
        """Do something with the school's store."""

        async def main() -> Any:
            store = Store(self.url)
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(main())

    def codes(self, *arguments: str) -> Result:
        """Run `bot codes`."""
        return CliRunner().invoke(codes.command, arguments)

    def paper(self, *arguments: str) -> Result:
        """Run `bot paper`."""
        return CliRunner().invoke(paper.command, arguments)

    def add(self, make: Any, **facts: Any) -> Any:
        """Commit a row that a function of tests.support.cast makes."""

        async def adding(store: Store) -> Any:
            async with store.writing() as session:
                return await make(session, self.cast, **facts)

        return self.with_store(adding)

    def usable(self, code: str) -> bool:
        """Say whether a code would be taken now."""

        async def looking(store: Store) -> bool:
            async with store.reading() as session:
                pepper = Vault(KEY).pepper
                found = await linking.code_typed(session, self.cast.school.id, code, pepper)
                return found is not None and found.expires_at > SystemClock().now()

        return bool(self.with_store(looking))

    def printed_in(self, file: Path) -> list[str]:
        """Return the codes of a CSV."""
        return [found.decode() for found in CODE.findall(file.read_bytes())][::2]

    async def _open(self, store: Store) -> Cast:
        found = await settle(store, linked=False)
        async with store.writing() as session:
            session.add(
                ChannelCredential(
                    school_id=found.school.id,
                    channel="line",
                    secret=b"",
                    token=b"",
                    basic_id="@bell",
                )
            )
            pupil = found.people["小美"]
            account = ChatAccount(
                school_id=found.school.id,
                channel="line",
                address="Uxiaomei",
                person_id=pupil.id,
                state_at=taipei(2024, 8, 1),
            )
            session.add(account)
        return found


@pytest.fixture
def office(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give a terminal in an empty folder."""
    monkeypatch.setenv("BOT_DATABASE_URL", database_url.replace("+aiosqlite", ""))
    monkeypatch.setenv("BOT_SECRET_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    return Office(database_url, tmp_path)


def test_every_class_has_a_sheet_of_its_own_with_nobody_elses_names(office: Office) -> None:
    """Pupils by class, the staff on theirs; who has joined gets no code."""
    said = office.codes("--out", "out", "--format", "json")

    assert said.exit_code == 0, said.output
    told = json.loads(said.output)
    assert [(one["sheet"], one["people"]) for one in told["sheets"]] == [
        ("201 班", 1),
        ("202 班", 1),
        ("教職員", 6),
    ]
    assert (told["codes"], told["voided"], told["passed_over"]) == (8, 0, 1)
    assert 0 < told["guessed_within_a_year_at_most"] < 0.01
    read = {
        one["sheet"]: "".join(pages((office.folder / "out" / one["file"]).read_bytes()))
        for one in told["sheets"]
    }
    assert "阿明" in read["201 班"]
    for name in ("小華", "小美", "林老師", "202"):
        assert name not in read["201 班"]
    assert "註冊組" in read["教職員"]
    assert "小" not in read["教職員"]


def test_the_codes_work_and_stand_in_no_output_and_no_database(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is printed is what is taken; the terminal and the logs see none."""
    said = office.codes("--out", "out")
    listed = office.printed_in(Path("out/codes.csv"))

    assert len(listed) == 8
    assert all(map(office.usable, listed))
    seen = said.output + "".join(capfd.readouterr())
    assert not CODE.search(seen.encode())
    assert not any(read_code(code) in seen for code in listed)  # type: ignore[operator]


def test_files_can_be_read_by_their_owner_only(office: Office) -> None:
    """The folder, every sheet and the list."""
    office.codes("--out", "out")

    folder = office.folder / "out"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


def test_a_second_run_makes_the_first_sheets_void(office: Office) -> None:
    """And says how many; somebody else's codes stay."""
    office.codes("--out", "first")
    again = office.codes("--class", "201", "--out", "second")

    assert again.exit_code == 0
    assert "先前的 1 組代碼已經作廢" in again.output
    assert "1 人已經加入" in again.output
    old = office.printed_in(Path("first/codes.csv"))
    assert [office.usable(code) for code in old] == [False, *[True] * 7]
    assert all(map(office.usable, office.printed_in(Path("second/codes.csv"))))


def test_a_person_who_is_named_gets_a_code_for_a_new_phone(office: Office) -> None:
    """Also after joining; nobody else does."""
    said = office.codes("--person", "000000", "--out", "out", "--days", "3", "--format", "json")

    told = json.loads(said.output)
    assert [(one["sheet"], one["people"]) for one in told["sheets"]] == [("201 班", 1)]
    (code,) = office.printed_in(Path("out/codes.csv"))
    assert office.usable(code)


def test_a_sheet_that_cannot_be_written_voids_nothing(office: Office) -> None:
    """The paper comes first, then the database."""
    office.codes("--out", "first")
    Path("blocked").mkdir()
    (Path("blocked") / "codes-201_班.pdf").mkdir()

    said = office.codes("--out", "blocked")

    assert said.exit_code == 2
    assert "代碼沒有任何改變" in said.output
    assert all(map(office.usable, office.printed_in(Path("first/codes.csv"))))


def test_unknown_names_are_said_and_nothing_is_made(office: Office) -> None:
    """Exit code 2, one line, no file."""
    said = office.codes("--class", "999", "--person", "x", "--out", "out")

    assert said.exit_code == 2
    assert "999, x" in said.output
    assert not Path("out").exists()


def test_a_school_without_a_basic_id_is_told_what_to_do(office: Office) -> None:
    """Without it no QR code can open the chat."""

    async def forgetting(store: Store) -> None:
        async with store.writing() as session:
            await session.execute(sa.update(ChannelCredential).values(basic_id=""))

    office.with_store(forgetting)
    said = office.codes("--out", "out")

    assert said.exit_code == 2
    assert "--line-basic-id" in said.output


def test_a_bot_whose_name_is_not_known_is_asked_for_it(office: Office) -> None:
    """The check learns the name from Telegram; from then on each slip has two QR codes."""

    async def adding(store: Store) -> None:
        async with store.writing() as session:
            session.add(
                ChannelCredential(
                    school_id=office.cast.school.id, channel="telegram", secret=b"", token=b""
                )
            )

    async def learning(store: Store) -> None:
        of_telegram = sa.update(ChannelCredential).where(
            col(ChannelCredential.channel) == "telegram"
        )
        async with store.writing() as session:
            await session.execute(of_telegram.values(basic_id="@bell_bot"))

    office.with_store(adding)
    said = office.codes("--out", "out")
    assert said.exit_code == 2
    assert "bot school check" in said.output

    office.with_store(learning)
    assert office.codes("--out", "out").exit_code == 0
    assert "https://t.me/bell_bot?start=" in Path("out/codes.csv").read_text("utf-8-sig")


def test_two_runs_at_once_leave_one_open_code_a_person(office: Office) -> None:
    """Whichever comes second makes the other's void."""

    async def twice(store: Store) -> int:
        now = SystemClock().now()
        runs = [
            issue(
                store,
                office.cast.school,
                Wanted(),
                days=14,
                out=Path(name),
                pepper=Vault(KEY).pepper,
                now=now,
                words=words(),
            )
            for name in ("one", "two")
        ]
        await asyncio.gather(*runs)
        async with store.reading() as session:
            open_now = select(LinkCode).where(col(LinkCode.expires_at) > now)
            return len((await session.execute(open_now)).all())

    assert office.with_store(twice) == 8


def test_the_confirmation_of_one_pupil_shows_lines_and_answer(office: Office) -> None:
    """Without an answer past the window: deemed confirmed, with the clause."""
    office.add(cast.statement, of="小美")

    said = office.paper("confirmation", "--pupil", "000000", "--out", "one.pdf")

    assert said.exit_code == 0, said.output
    pdf = Path("one.pdf").read_bytes()
    (read,) = pages(pdf)
    for part in ("收訖明細確認單", "小美", "000000", "小說改寫", "科展", "視為已確認", "第6點"):
        assert part in read
    assert sizes(pdf) == {A4}
    assert stat.S_IMODE(Path("one.pdf").stat().st_mode) == 0o600


def test_the_confirmations_of_a_class_begin_a_page_each(office: Office) -> None:
    """In the order of seats; a confirmation has its moment; nobody stands on another's page."""
    statement = office.add(cast.statement, of="小美")
    office.add(cast.statement, of="阿明")
    office.add(cast.statement, of="小華")

    async def confirming(store: Store) -> None:
        async with store.writing() as session:
            session.add(
                Confirmation(
                    school_id=office.cast.school.id,
                    statement_id=statement.id,
                    person_id=office.cast.people["小美"].id,
                    confirmed_at=taipei(2024, 10, 12, 9, 41),
                )
            )

    office.with_store(confirming)
    said = office.paper("confirmation", "--class", "201", "--term", "112-2", "--out", "all.pdf")

    assert said.exit_code == 0, said.output
    first, second = pages(Path("all.pdf").read_bytes())
    assert "小美" in first
    assert "113/10/12（六）09:41確認" in first
    assert "阿明" not in first
    assert "阿明" in second
    assert "小美" not in second
    assert "小華" not in first + second


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("confirmation",), "--pupil"),
        (("confirmation", "--pupil", "nobody"), "nobody"),
        (("confirmation", "--class", "999"), "201, 202"),
        (("confirmation", "--class", "201"), "沒有符合的收訖明細"),
        (("confirmation", "--class", "201", "--term", "x"), "113-1"),
        (("notice", "--class", "999"), "201, 202"),
        (("notice", "--class", "201", "--grade", "2"), "擇一"),
        (("notice", "--division", "night"), "day"),
        (("notice", "--grade", "1", "--term", "130-1"), "113-1"),
        (("notice", "--class", "201", "--term", "114-1"), "--grade"),
    ],
)
def test_mistakes_are_said_in_one_line(
    office: Office, arguments: tuple[str, ...], said: str
) -> None:
    """Exit code 2, what there is instead, no file."""
    result = office.paper(*arguments, "--out", "x.pdf")

    assert result.exit_code == 2
    assert said in result.output
    assert not Path("x.pdf").exists()


def test_a_notice_has_the_windows_of_a_semester_and_what_they_mean(office: Office) -> None:
    """Also last year's selection and receipt, which fall into it; no pupil's name."""
    said = office.paper("notice", "--class", "201", "--term", "113-1", "--out", "n.pdf")

    assert said.exit_code == 0, said.output
    pdf = Path("n.pdf").read_bytes()
    (read,) = pages(pdf)
    for part in (
        "201班",
        "113學年度第1學期",
        "112學年度勾選",
        "9/20（五）",
        "10/14（一）",
        "2/3（一）",
        "2/10（一）",
        "最多6件",
        "最多10件",
        "都由你決定",
        "不涉及成績與品質",
        "視為已確認",
        "@bell",
    ):
        assert part in read, part
    assert "小美" not in read
    assert sizes(pdf) == {A4}


def test_a_notice_goes_by_the_class_s_own_caps_and_slips(office: Office) -> None:
    """Class 201 selects for the year in which it was grade 1; its slips have a day."""

    async def changing(store: Store) -> None:
        async with store.writing() as session:
            school = await session.get_one(School, office.cast.school.id)
            school.rulebook += OWN_RULES

    office.with_store(changing)
    office.paper("notice", "--class", "201", "--term", "113-1", "--out", "n.pdf")
    (read,) = pages(Path("n.pdf").read_bytes())
    assert "最多4件" in read
    assert "最多3件" not in read
    assert "紙本確認單請在113/10/15（二）前交回導師" in read


OWN_RULES = """
[[caps.exceptions]]
grades = [1]
outcomes_selected_per_year = { at_most = 4, clause = "第二點" }

[[caps.exceptions]]
grades = [2]
outcomes_selected_per_year = { at_most = 3, clause = "第二點" }

[[slips]]
stage = "receipt"
back_school_days = 1
clause = "第十點"
"""


def test_a_notice_for_a_grade_leaves_out_what_does_not_concern_it(office: Office) -> None:
    """The first grade had no last year at this school: no selection and no receipt of 112."""
    office.paper("notice", "--grade", "1", "--term", "113-1", "--out", "n.pdf", "--lang", "en")

    (read,) = pages(Path("n.pdf").read_bytes())
    assert "Grade1" in read
    assert "Upload" in read
    assert "Receipt" not in read
