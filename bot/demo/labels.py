"""What the page calls things, in the Chinese that it is written in."""

from models.rules.reminders import Moment, Occasion
from models.vocabulary import Duty, NoticeKind, Silence, Stage

STAGES = {
    Stage.UPLOAD: "上傳",
    Stage.CERTIFICATION: "認證",
    Stage.SELECTION: "勾選",
    Stage.SUBMISSION: "提交",
    Stage.RECEIPT: "收訖",
}

ROLES = {
    Duty.PUPIL: "學生",
    Duty.SUBJECT_TEACHER: "任課教師",
    Duty.HOMEROOM_TEACHER: "導師",
    Duty.REGISTRAR: "註冊組",
}
STAFF = "教職員"

NOTICES = {
    NoticeKind.UPLOAD_DUE: "課程學習成果上傳提醒",
    NoticeKind.CERTIFICATION_DUE: "認證提醒",
    NoticeKind.SELECTION_DUE: "勾選提醒",
    NoticeKind.RECEIPT_DUE: "收訖明細提醒",
    NoticeKind.RECEIPT_OPENED: "收訖明細開始確認",
    NoticeKind.RECEIPT_DEEMED_CONFIRMED: "收訖明細視為已確認",
    NoticeKind.ITEM_CERTIFIED: "通過認證",
    NoticeKind.ITEM_RETURNED: "沒有通過認證",
    NoticeKind.CERTIFICATION_WITHDRAWN: "認證收回",
    NoticeKind.CERTIFICATION_REQUESTED: "有作品等您認證",
    NoticeKind.TEACHER_NUDGED: "學生請老師認證",
    NoticeKind.PUPIL_NUDGED: "導師提醒",
    NoticeKind.CLASS_DIGEST: "班級摘要",
    NoticeKind.DEADLINE_MOVED: "截止日異動",
    NoticeKind.QUERY_RAISED: "收訖疑義",
    NoticeKind.ACCOUNT_LINKED: "帳號綁定",
    NoticeKind.ANSWER_KEPT: "補送的回覆",
}

SILENCES = {
    Silence.NOTHING_OUTSTANDING: "沒有待辦",
    Silence.DECIDED: "已經決定",
    Silence.NO_ACCOUNT: "沒有綁定",
    Silence.BLOCKED: "封鎖了帳號",
    Silence.MUTED: "自己關閉提醒",
    Silence.SUPERSEDED: "併入更近的提醒",
    Silence.DEADLINE_MOVED: "截止日改了",
    Silence.DEADLINE_PASSED: "已經過了截止",
    Silence.QUOTA: "本月額度用完",
    Silence.REFUSED: "LINE 拒收",
    Silence.EXPIRED: "等太久而失效",
}

DIGEST = "導師的班級摘要"
PUT_OFF = "延後或重試的通知"


def window(stage: Stage, term: str, round_: int) -> str:
    """Return what a window is called: 113-1 上傳, 112-2 收訖明細第 2 次."""
    if stage is Stage.RECEIPT:
        return f"{term} 收訖明細第 {round_} 次"
    if stage is Stage.SELECTION:
        return f"{term.partition('-')[0]} 學年度勾選"
    return f"{term} {STAGES[stage]}"


def occasion(stage: Stage, what: Occasion) -> str:
    """Return what is said on an occasion: 勾選截止前 3 天提醒."""
    name = "收訖明細" if stage is Stage.RECEIPT else STAGES[stage]
    if what.moment is Moment.OPENED:
        return f"{name}開始"
    if what.moment is Moment.CLOSED:
        return f"{name}視為已確認"
    days = what.offset_days
    return f"{name}最後一天提醒" if not days else f"{name}截止前 {days} 天提醒"
