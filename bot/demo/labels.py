"""What the page calls things, in the Chinese that it is written in."""

from bot.demo.seed.chats import LINE, TELEGRAM
from models.rules.reminders import Moment, Occasion
from models.vocabulary import Duty, Stage

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
CHANNELS = {LINE: "LINE", TELEGRAM: "Telegram"}

DIGEST = "導師的班級摘要"
CALLED_AGAIN = "收訖明細沒點開的，也送到另一個 App"
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
