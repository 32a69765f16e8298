"""What people type: tolerant of width, case, spaces, punctuation and politeness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.actions import (
    Action,
    AskToUnlink,
    ChooseLanguage,
    SendCode,
    ShowClass,
    ShowHelp,
    ShowHome,
    ShowListToCertify,
    ShowPending,
    ShowReceipt,
    ShowSelection,
    ShowStatus,
    ShowTimetable,
    UnknownAction,
)
from handlers.typed import COMMANDS, is_command, understand
from models.rules.linking import make_code
from models.vocabulary import ItemKind

TYPED = [
    ("我的進度", ShowStatus()),
    ("還有什麼沒做？", ShowHome()),
    ("請問我還有什麼沒做呢", ShowHome()),
    ("勾選", ShowSelection(0, ItemKind.OUTCOME)),
    ("我要勾選，謝謝", ShowSelection(0, ItemKind.OUTCOME)),
    ("多元表現", ShowSelection(0, ItemKind.PERFORMANCE)),
    ("收訖", ShowReceipt(0)),
    ("查詢 收訖明細", ShowReceipt(0)),
    ("認證", ShowPending()),
    (" 待 認 證 ", ShowPending()),
    ("一次認證", ShowListToCertify()),
    ("班級", ShowClass(0)),
    ("說明", ShowHelp()),
    ("ＨＥＬＰ", ShowHelp()),
    ("「說明」", ShowHelp()),
    ("Help!!", ShowHelp()),
    ("My Status", ShowStatus()),
    ("什麼時候截止", ShowTimetable()),
    ("解除綁定", AskToUnlink()),
    ("English", ChooseLanguage("en")),
    ("今天天氣很好", UnknownAction()),
    ("", UnknownAction()),
    ("看", UnknownAction()),
    ("understand", UnknownAction()),
]


@pytest.mark.parametrize(("text", "action"), TYPED)
def test_a_text_is_understood(text: str, action: Action) -> None:
    """Commands in both languages; whatever fits nothing asks for the home card."""
    assert understand(text) == action
    assert is_command(text) is not isinstance(action, UnknownAction)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.zh[0])
def test_every_phrase_of_a_command_asks_for_it(command: object) -> None:
    """No phrase belongs to two commands, and each language has one to show."""
    assert isinstance(command, type(COMMANDS[0]))
    for phrase in (*command.zh, *command.en):
        assert understand(phrase) == command.action
    assert understand(command.shown("zh_Hant_TW")) == understand(command.shown("en"))


def test_a_joining_code_is_no_command() -> None:
    """It goes to joining as it was typed, and in a group nobody reacts to it."""
    code = make_code()

    assert understand(f" {code.lower()} ") == SendCode(f" {code.lower()} ")
    assert not is_command(code)


@given(st.text(max_size=300))
def test_every_text_is_understood_somehow(text: str) -> None:
    """Nothing that can be typed breaks the reader."""
    assert isinstance(understand(text), Action)
