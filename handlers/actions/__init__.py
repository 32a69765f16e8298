"""Everything a person can ask for, as values. Each has exactly one handler and fits 64 bytes.

Ids are rows, `version` the row's version when the card was drawn, `digest` a short check over
everything a list showed: a tap on an old card is noticed and answered with the fresh one.
"""

from handlers.actions.action import Action
from handlers.actions.everybody import (
    AskQuestion,
    SendFile,
    ShowHelp,
    ShowHome,
    ShowTimetable,
    UnknownAction,
)
from handlers.actions.homeroom import (
    NudgeClass,
    ShowClass,
    ShowJoinings,
    ShowUndecided,
)
from handlers.actions.joining import (
    AgreeToLink,
    AskToUnlink,
    DeclineToLink,
    SendBrokenCode,
    SendCode,
    Unlink,
)
from handlers.actions.office import (
    AnswerQuestion,
    ShowQuestion,
    ShowQuestions,
    ShowSchool,
    ShowStaffJoinings,
)
from handlers.actions.preferences import (
    ChooseLanguage,
    ChooseQuiet,
    ChooseReminder,
    SayDone,
    ShowPreferences,
    Snooze,
)
from handlers.actions.pupils import (
    AskAboutLine,
    AskToFinishSelection,
    ConfirmReceipt,
    DecideUpload,
    FinishSelection,
    NudgeTeacher,
    QueryLine,
    RequestCertification,
    SelectItem,
    ShowItem,
    ShowReceipt,
    ShowSelection,
    ShowStatus,
    UnselectItem,
)
from handlers.actions.teachers import (
    AskToReturn,
    CertifyItem,
    CertifyList,
    ReturnItem,
    ShowListToCertify,
    ShowPending,
    ShowPendingItem,
    WithdrawDecision,
)

__all__ = [
    "Action",
    "AgreeToLink",
    "AnswerQuestion",
    "AskAboutLine",
    "AskQuestion",
    "AskToFinishSelection",
    "AskToReturn",
    "AskToUnlink",
    "CertifyItem",
    "CertifyList",
    "ChooseLanguage",
    "ChooseQuiet",
    "ChooseReminder",
    "ConfirmReceipt",
    "DecideUpload",
    "DeclineToLink",
    "FinishSelection",
    "NudgeClass",
    "NudgeTeacher",
    "QueryLine",
    "RequestCertification",
    "ReturnItem",
    "SayDone",
    "SelectItem",
    "SendBrokenCode",
    "SendCode",
    "SendFile",
    "ShowClass",
    "ShowHelp",
    "ShowHome",
    "ShowItem",
    "ShowJoinings",
    "ShowListToCertify",
    "ShowPending",
    "ShowPendingItem",
    "ShowPreferences",
    "ShowQuestion",
    "ShowQuestions",
    "ShowReceipt",
    "ShowSchool",
    "ShowSelection",
    "ShowStaffJoinings",
    "ShowStatus",
    "ShowTimetable",
    "ShowUndecided",
    "Snooze",
    "UnknownAction",
    "Unlink",
    "UnselectItem",
    "WithdrawDecision",
]
