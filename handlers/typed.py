"""Reads what people type: short commands in Chinese and English, and joining codes.

Every action has words as well as buttons, because on a computer a chat app may show no buttons
and no menu. Spaces, punctuation, full-width letters and polite endings make no difference.
"""

import re
from dataclasses import dataclass

from handlers.actions import (
    Action,
    AgreeToLink,
    AnswerQuestion,
    AppealInWords,
    AskQuestion,
    AskToUnlink,
    ChooseLanguage,
    ChooseQuiet,
    ChooseReminder,
    DeclineToLink,
    EndCalendar,
    ExplainQuery,
    InviteChat,
    PreferChat,
    RenewCalendar,
    SayDone,
    SendBrokenCode,
    SendCode,
    ShowCalendar,
    ShowClass,
    ShowDifferences,
    ShowHelp,
    ShowHome,
    ShowJoinings,
    ShowListToCertify,
    ShowPending,
    ShowPreferences,
    ShowQueries,
    ShowQuestions,
    ShowQuota,
    ShowReceipt,
    ShowSchool,
    ShowSelection,
    ShowStaffJoinings,
    ShowStatus,
    ShowTimetable,
    Snooze,
    UnknownAction,
)
from handlers.asking import is_for_the_office
from handlers.folding import fold
from handlers.knowledge import topic_of
from models.rules.linking import looks_like_code, resembles_code
from models.rules.questions import looks_like_question
from models.vocabulary import ItemKind, NoticeKind, QuietChoice


@dataclass(frozen=True, slots=True)
class Command:
    """An action with the words for it; the first of each language is the one that help shows.

    What is not `listed` is told by the card that it belongs to.
    """

    action: Action
    zh: tuple[str, ...]
    en: tuple[str, ...]
    listed: bool = True

    def shown(self, locale: str) -> str:
        """Return how the help card writes the command."""
        return self.zh[0] if locale.startswith("zh") else self.en[0]

    @property
    def name(self) -> str:
        """Return the command as one word of small letters, as chat apps list commands."""
        short = next((each for each in self.en if each.isalpha()), self.en[0])
        return short.replace(" ", "_")


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
        ShowQuota(),
        ("本月訊息", "訊息用量", "訊息額度", "本月用量"),
        ("quota", "messages of the month"),
    ),
    Command(
        ShowTimetable(),
        ("期程", "時程", "時間表", "截止日", "截止時間", "什麼時候截止"),
        ("timetable", "dates", "deadlines"),
    ),
    Command(
        ShowCalendar(),
        ("行事曆", "行事曆訂閱", "訂閱行事曆", "我的行事曆", "日曆"),
        ("calendar", "my calendar", "subscribe"),
    ),
    Command(
        RenewCalendar(),
        ("新的行事曆連結", "取得行事曆連結", "重新產生行事曆連結"),
        ("new calendar address",),
        listed=False,
    ),
    Command(
        EndCalendar(),
        ("停用行事曆", "停止行事曆訂閱"),
        ("end calendar",),
        listed=False,
    ),
    Command(
        ShowQuestions(),
        ("問題", "待答問題", "學生的問題", "問題清單"),
        ("questions", "open questions"),
    ),
    Command(
        ShowQueries(),
        ("疑義清單", "待處理疑義", "處理疑義"),
        ("queries", "open queries"),
    ),
    Command(
        ShowDifferences(),
        ("差異", "差異清單", "平臺差異", "平台差異"),
        ("differences", "open differences"),
    ),
    Command(
        ShowPreferences(),
        ("設定", "偏好設定", "提醒設定", "通知設定"),
        ("settings", "preferences", "/settings"),
    ),
    Command(
        Snooze(0),
        ("明天再提醒", "明天提醒我", "明天再說", "稍後提醒"),
        ("remind me tomorrow", "snooze", "later"),
    ),
    Command(
        SayDone(0),
        (
            "我已經在平臺完成了",
            "我已經在平台完成了",
            "已在平臺完成",
            "已在平台完成",
            "我已經做完了",
        ),
        ("done on the platform", "i already did it"),
    ),
    Command(
        ChooseReminder(NoticeKind.UPLOAD_DUE, 0),
        ("不要提醒上傳", "關閉上傳提醒"),
        ("no upload reminders",),
        listed=False,
    ),
    Command(
        ChooseReminder(NoticeKind.UPLOAD_DUE, 1),
        ("要提醒上傳", "開啟上傳提醒"),
        ("upload reminders",),
        listed=False,
    ),
    Command(
        ChooseReminder(NoticeKind.SELECTION_DUE, 0),
        ("不要提醒勾選", "關閉勾選提醒"),
        ("no selection reminders",),
        listed=False,
    ),
    Command(
        ChooseReminder(NoticeKind.SELECTION_DUE, 1),
        ("要提醒勾選", "開啟勾選提醒"),
        ("selection reminders",),
        listed=False,
    ),
    Command(
        ChooseReminder(NoticeKind.CERTIFICATION_DUE, 0),
        ("不要提醒認證", "關閉認證提醒"),
        ("no certification reminders",),
        listed=False,
    ),
    Command(
        ChooseReminder(NoticeKind.CERTIFICATION_DUE, 1),
        ("要提醒認證", "開啟認證提醒"),
        ("certification reminders",),
        listed=False,
    ),
    Command(
        ChooseReminder(NoticeKind.CLASS_DIGEST, 0),
        ("不要班級摘要", "關閉班級摘要"),
        ("no class digest",),
        listed=False,
    ),
    Command(
        ChooseReminder(NoticeKind.CLASS_DIGEST, 1),
        ("要班級摘要", "開啟班級摘要"),
        ("class digest",),
        listed=False,
    ),
    Command(
        ChooseQuiet(QuietChoice.SCHOOL),
        ("取消勿擾", "關閉勿擾"),
        ("no quiet hours",),
        listed=False,
    ),
    Command(
        ChooseQuiet(QuietChoice.EVENING),
        ("勿擾20到8", "勿擾20:00到8:00", "勿擾20:00–08:00", "勿擾20點到8點"),
        ("quiet 20 to 8",),
        listed=False,
    ),
    Command(
        ChooseQuiet(QuietChoice.LATE_EVENING),
        ("勿擾21到9", "勿擾21:00到9:00", "勿擾21:00–09:00", "勿擾21點到9點"),
        ("quiet 21 to 9",),
        listed=False,
    ),
    Command(
        ChooseQuiet(QuietChoice.AFTER_SCHOOL),
        ("勿擾18到7", "勿擾18:00到7:00", "勿擾18:00–07:00", "勿擾18點到7點"),
        ("quiet 18 to 7",),
        listed=False,
    ),
    Command(
        PreferChat(""),
        ("在這裡提醒我", "在這裡提醒", "提醒傳到這裡"),
        ("remind me here",),
        listed=False,
    ),
    Command(
        InviteChat(""),
        ("綁定另一個", "也綁定另一個", "綁定另一個聊天室"),
        ("link another chat", "link another"),
        listed=False,
    ),
    Command(
        AskToUnlink(),
        ("解除綁定", "取消綁定", "解除連結", "解綁"),
        ("unlink", "/stop", "leave"),
    ),
    Command(ChooseLanguage("zh_Hant_TW"), ("中文", "繁體中文", "說中文"), ("chinese",)),
    Command(ChooseLanguage("en"), ("英文", "說英文"), ("english", "speak english")),
    Command(
        AgreeToLink(0),
        ("同意", "同意並綁定", "我同意"),
        ("agree", "agree and link"),
        listed=False,
    ),
    Command(DeclineToLink(0), ("先不要", "不同意"), ("not now", "decline"), listed=False),
)
"""What can be typed for what. A new action wants a row here: not every chat has a menu."""

_POLITE = ("請問", "我要", "我想", "我想看", "查詢", "看")
_PARTICLES = ("嗎", "呢", "吧", "啊", "謝謝")
_ANSWER = re.compile(
    r"(?:(?:回覆|回答|答覆)\s*(?:#|第)?\s*|answer\s+#?)(\d{1,9})(?!\d)\s*號?[\s:：,，]*(\S.*)",
    re.DOTALL | re.IGNORECASE,
)

_EXPLANATION = re.compile(
    r"(?:(?:說明原因|說明疑義|說明)\s*(?:#|第)?\s*|explain\s+#?)(\d{1,9})(?!\d)\s*[號件]?[\s:：,，]*(\S.*)",
    re.DOTALL | re.IGNORECASE,
)

_APPEAL = re.compile(
    r"(?:(?:申訴|反映)\s*(?:#|第)?\s*|appeal\s+#?)(\d{1,9})(?!\d)\s*[號件]?[\s:：,，]*(\S.*)",
    re.DOTALL | re.IGNORECASE,
)


def understand(text: str) -> Action:
    """Return what a typed text asks for: a command, an answer, a code, a question, or unknown."""
    command = _command(text)
    if command is not None:
        return command
    answered = _ANSWER.fullmatch(text.strip())
    if answered is not None:
        return AnswerQuestion(int(answered[1]), answered[2])
    explained = _EXPLANATION.fullmatch(text.strip())
    if explained is not None:
        return ExplainQuery(int(explained[1]), explained[2])
    appealed = _APPEAL.fullmatch(text.strip())
    if appealed is not None:
        return AppealInWords(int(appealed[1]), appealed[2])
    if looks_like_code(text):
        return SendCode(text)
    if is_for_the_office(text) or topic_of(text) or looks_like_question(text):
        return AskQuestion(text)
    return SendBrokenCode() if resembles_code(text) else UnknownAction()


def is_command(text: str) -> bool:
    """Say whether a text is one of the commands, and not just something said near the bot."""
    return _command(text) is not None


def _command(text: str) -> Action | None:
    plain = fold(text)
    return next((_BY_PHRASE[said] for said in _readings(plain) if said in _BY_PHRASE), None)


def _readings(plain: str) -> list[str]:
    """Return the text itself, then without a polite beginning, then without a final particle."""
    readings = [plain]
    readings += [plain.removeprefix(word) for word in _POLITE if plain.startswith(word)]
    endings = [
        said.removesuffix(word) for said in readings for word in _PARTICLES if said.endswith(word)
    ]
    return readings + endings


_BY_PHRASE = {
    fold(phrase): command.action for command in COMMANDS for phrase in (*command.zh, *command.en)
}
