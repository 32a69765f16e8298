"""The words a person reads: complete in Traditional Chinese, and never Simplified."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.simplified import files_of_the_repository, simplified_in
from tools.simplified import problems as simplified_lines
from tools.translations import extract, problems

CODE = """
def greet(words, n):
    words.say("good morning, {name}", name="…")
    words.count("{n} work waits", "{n} works wait", n)
    return "one, two".count(",")
"""


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """Give the locales folder of a small project with two sentences, none of them translated."""
    folder = tmp_path / "locales"
    chinese = folder / "zh_Hant_TW" / "LC_MESSAGES"
    chinese.mkdir(parents=True)
    (tmp_path / "handlers").mkdir()
    (tmp_path / "handlers" / "greeting.py").write_text(CODE, "utf-8")
    (folder / "babel.cfg").write_text("[python: handlers/**.py]\n", "utf-8")
    (chinese / "messages.po").write_text('msgid ""\nmsgstr "Language: zh_Hant_TW\\n"\n', "utf-8")
    extract(folder)
    return folder


def _translate(locales: Path, greeting: str, works: str = "{n} 件待認證") -> None:
    po = locales / "zh_Hant_TW" / "LC_MESSAGES" / "messages.po"
    empty = po.read_text("utf-8")
    filled = empty.replace('name}"\nmsgstr ""', f'name}}"\nmsgstr "{greeting}"')
    po.write_text(filled.replace('msgstr[0] ""', f'msgstr[0] "{works}"'), "utf-8")


def test_every_sentence_of_the_product_is_translated_and_up_to_date() -> None:
    """Nothing is missing, stale, fuzzy or wrong in the catalogues."""
    assert problems() == []


def test_no_file_of_the_repository_is_written_in_simplified_characters() -> None:
    """Not in a catalogue, a template, a document or a test."""
    assert simplified_lines(files_of_the_repository()) == []


def test_a_good_translation_is_accepted(locales: Path) -> None:
    """Both sentences are translated with the same places in braces."""
    _translate(locales, "{name}，早安")
    assert problems(locales) == []


def test_a_sentence_without_translation_is_found(locales: Path) -> None:
    """A freshly extracted catalogue is not complete."""
    assert len([problem for problem in problems(locales) if "not translated" in problem]) == 2


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        ("早安", "not the same places"),
        ("{name，早安", "not the same places"),
        ("{name}，查看信息", "not said in Taiwan: 信息"),
        ("{name}，" + bytes((0xD1, 0xA7)).decode("gb2312"), "Simplified"),
    ],
)
def test_a_wrong_translation_is_found(locales: Path, greeting: str, said: str) -> None:
    """Lost places, mainland terms and Simplified characters are named."""
    _translate(locales, greeting)
    (problem,) = problems(locales)
    assert said in problem


def test_a_sentence_that_is_new_in_the_code_is_found(locales: Path) -> None:
    """Neither the template nor the catalogue has it yet."""
    _translate(locales, "{name}，早安")
    (locales.parent / "handlers" / "leaving.py").write_text('words.say("good night")', "utf-8")
    assert len([problem for problem in problems(locales) if "lacks 'good night'" in problem]) == 2


def test_a_sentence_that_nobody_says_any_more_is_found(locales: Path) -> None:
    """Template and catalogue still have both."""
    _translate(locales, "{name}，早安")
    (locales.parent / "handlers" / "greeting.py").unlink()
    assert len([problem for problem in problems(locales) if "nobody says" in problem]) == 4


def test_characters_that_taiwan_uses_as_they_are_raise_no_alarm() -> None:
    """台, 后, 里 and 范 are Traditional too; 煊 and 喆 are rare, not Simplified."""
    assert simplified_in("台后里范煊喆峯堃") == []
