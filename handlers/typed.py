"""Reads what people type: short commands in Chinese and English, and joining codes.

Every action has words as well as buttons, because quick replies and rich menus do not exist on
LINE's desktop. Spaces, punctuation, full-width letters and polite endings make no difference.
"""

import unicodedata
from dataclasses import dataclass

from handlers.actions import (
    Action,
    AskToUnlink,
    ChooseLanguage,
    SendCode,
    ShowClass,
    ShowHelp,
    ShowHome,
    ShowJoinings,
    ShowListToCertify,
    ShowPending,
    ShowReceipt,
    ShowSchool,
    ShowSelection,
    ShowStaffJoinings,
    ShowStatus,
    ShowTimetable,
    UnknownAction,
)
from models.rules.linking import looks_like_code
from models.vocabulary import ItemKind


@dataclass(frozen=True, slots=True)
class Command:
    """An action with the words for it; the first of each language is the one that help shows."""

    action: Action
    zh: tuple[str, ...]
    en: tuple[str, ...]

    def shown(self, locale: str) -> str:
        """Return how the help card writes the command."""
        return self.zh[0] if locale.startswith("zh") else self.en[0]


COMMANDS: tuple[Command, ...] = (
    Command(
        ShowHome(),
        ("首頁", "主頁", "總覽", "開始", "還有什麼沒做", "我還有什麼沒做", "待辦"),
        ("home", "start", "/start", "todo", "overview"),
    ),
    Command(
        ShowHelp(),
        ("說明", "使用說明", "幫助", "怎麼用", "指令", "怎麼加入"),
        ("help", "/help", "commands"),
    ),
    Command(
        ShowStatus(),
        ("我的進度", "進度", "我的成果", "我的狀態"),
        ("my status", "status", "my works"),
    ),
    Command(
        ShowSelection(0, ItemKind.OUTCOME),
        ("勾選", "勾選課程學習成果", "課程學習成果"),
        ("select", "selection"),
    ),
    Command(
        ShowSelection(0, ItemKind.PERFORMANCE),
        ("勾選多元表現", "多元表現"),
        ("select performances", "performances"),
    ),
    Command(
        ShowReceipt(0),
        ("收訖", "收訖明細", "核對", "核對明細", "確認收訖", "收訖確認"),
        ("receipt",),
    ),
    Command(
        ShowPending(),
        ("待認證", "認證", "等我認證", "逐件認證", "還沒認證的"),
        ("pending", "certify", "certification"),
    ),
    Command(
        ShowListToCertify(),
        ("一次認證", "看清單後一次認證", "認證清單"),
        ("certify all", "list"),
    ),
    Command(
        ShowClass(0),
        ("班級", "我的班級", "班級進度", "我的班", "導師班"),
        ("class", "my class"),
    ),
    Command(
        ShowJoinings(0),
        ("加入名單", "誰加入了", "加入情形", "班級加入名單"),
        ("joined", "who joined"),
    ),
    Command(
        ShowStaffJoinings(),
        ("教職員加入名單", "教職員加入情形"),
        ("staff joined",),
    ),
    Command(ShowSchool(), ("全校", "全校進度", "學校"), ("school",)),
    Command(
        ShowTimetable(),
        ("期程", "時程", "時間表", "截止日", "截止時間", "什麼時候截止"),
        ("timetable", "dates", "deadlines"),
    ),
    Command(
        AskToUnlink(),
        ("解除綁定", "取消綁定", "解除連結", "解綁"),
        ("unlink", "/stop", "leave"),
    ),
    Command(ChooseLanguage("zh_Hant_TW"), ("中文", "繁體中文", "說中文"), ("chinese",)),
    Command(ChooseLanguage("en"), ("英文", "說英文"), ("english", "speak english")),
)
"""What can be typed for what. A new action wants a row here: LINE's desktop has no menu."""

_POLITE = ("請問", "我要", "我想", "我想看", "查詢", "看")
_PARTICLES = ("嗎", "呢", "吧", "啊", "謝謝")
_IGNORED = frozenset("「」『』“”\"'。，、.,!?~:;()[]")


def understand(text: str) -> Action:
    """Return what a typed text asks for: a command, a joining code, or UnknownAction."""
    command = _command(text)
    if command is not None:
        return command
    if looks_like_code(text):
        return SendCode(text)
    return UnknownAction()


def is_command(text: str) -> bool:
    """Say whether a text is one of the commands, and not just something said near the bot."""
    return _command(text) is not None


def _command(text: str) -> Action | None:
    plain = _plain(text)
    return next((_BY_PHRASE[said] for said in _readings(plain) if said in _BY_PHRASE), None)


def _readings(plain: str) -> list[str]:
    """Return the text itself, then without a polite beginning, then without a final particle."""
    readings = [plain]
    readings += [plain.removeprefix(word) for word in _POLITE if plain.startswith(word)]
    endings = [
        said.removesuffix(word) for said in readings for word in _PARTICLES if said.endswith(word)
    ]
    return readings + endings


def _plain(text: str) -> str:
    """Fold width and case, and drop spaces, punctuation and invisible characters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if _counts(sign))


def _counts(sign: str) -> bool:
    return sign not in _IGNORED and unicodedata.category(sign)[0] not in "ZC"


_BY_PHRASE = {
    _plain(phrase): command.action for command in COMMANDS for phrase in (*command.zh, *command.en)
}
