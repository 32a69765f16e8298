"""What people type: tolerant of width, case, spaces, punctuation and politeness."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.actions import (
    Action,
    AnswerQuestion,
    AskQuestion,
    AskToUnlink,
    ChooseLanguage,
    ChooseQuiet,
    ChooseReminder,
    SayDone,
    SendBrokenCode,
    SendCode,
    ShowClass,
    ShowHelp,
    ShowHome,
    ShowListToCertify,
    ShowPending,
    ShowPreferences,
    ShowQuestions,
    ShowReceipt,
    ShowSelection,
    ShowStatus,
    ShowTimetable,
    Snooze,
    UnknownAction,
)
from handlers.typed import COMMANDS, is_command, understand
from models.rules.linking import make_code
from models.vocabulary import ItemKind, NoticeKind, QuietChoice

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


SAID = [
    ("設定", ShowPreferences()),
    ("明天再提醒", Snooze(0)),
    ("我已經在平臺完成了", SayDone(0)),
    ("不要提醒上傳", ChooseReminder(NoticeKind.UPLOAD_DUE, 0)),
    ("請問 勾選提醒 設定", AskQuestion("請問 勾選提醒 設定")),
    ("勿擾 20:00–08:00", ChooseQuiet(QuietChoice.EVENING)),
    ("問題", ShowQuestions()),
    ("回覆 12 下週三可以補辦", AnswerQuestion(12, "下週三可以補辦")),
    ("回覆１２：下週三\n帶學生證", AnswerQuestion(12, "下週三\n帶學生證")),
    ("答覆第 7 號 可以", AnswerQuestion(7, "可以")),
    ("Answer 3 yes", AnswerQuestion(3, "yes")),
    ("回覆 12", UnknownAction()),
    ("中午吃什麼", AskQuestion("中午吃什麼")),
    ("問註冊組 我的學號錯了", AskQuestion("問註冊組 我的學號錯了")),
    ("什麼？", UnknownAction()),
    ("7KQ2M-XW9R", SendBrokenCode()),
    ("0912345678", SendBrokenCode()),
]


@pytest.mark.parametrize(("text", "action"), SAID)
def test_wishes_answers_and_questions_are_told_apart(text: str, action: Action) -> None:
    """Settings by words, an answer with its number, and what only looks like a question."""
    assert understand(text) == action


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
