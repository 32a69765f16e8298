"""The sample messages: home, receipt, certification, class progress, and one of every odd kind."""

from __future__ import annotations

from .pieces import Json, bar, bubble, button, column, flex, pill, row, text

GREEN = "#0B7A4B"
SOFT = "#5B6761"


def title(words: str, hint: str) -> Json:
    """The first two lines of a card: what it is about, and until when."""
    return column(
        text(words, size="lg", weight="bold"), text(hint, size="sm", color=SOFT), spacing="xs"
    )


def due(stage: str, when: str, left: str, ground: str) -> Json:
    """One line of the home card: a stage and its deadline."""
    return row(
        pill(stage, "#FFFFFF", ground),
        text(when, size="sm", margin="md", gravity="center"),
        text(left, size="sm", color=SOFT, align="end", flex=0, gravity="center"),
        alignItems="center",
    )


def home() -> Json:
    """A pupil's home card: what is open, until when, and what happens then."""
    body = column(
        title("這學期的學習歷程檔案", "113 學年度第 1 學期・高二 201 班"),
        {"type": "separator", "margin": "lg"},
        due("上傳", "114/2/3（一）", "還有 7 天", "#2B74B8"),
        due("認證", "114/2/10（一）", "還有 14 天", "#8352A8"),
        due("勾選", "113/9/20（五）", "已完成", GREEN),
        {"type": "separator", "margin": "lg"},
        text("課程學習成果已勾選 4／6", size="sm"),
        bar(66, GREEN),
        text("是否上傳由你決定；截止後本學期就不能再上傳。", size="sm", color=SOFT),
        spacing="md",
    )
    footer = column(
        button("看我的成果", "works", "primary", color=GREEN),
        row(button("繼續勾選", "select", "secondary"), button("設定", "settings"), spacing="sm"),
        spacing="sm",
    )
    alt = "⏰ 課程學習成果上傳到 114/2/3（一）截止，還有 7 天"
    return flex(alt, bubble(body, footer), "我的成果", "核對明細", "選日期", "怎麼用", "說明個資")


def reminder() -> Json:
    """A pupil's reminder as a text, seven days before the upload window closes."""
    words = (
        "⏰ 課程學習成果上傳到 114/2/3（一）截止，還有 7 天\n"
        "你目前有 2 件草稿還沒送出認證：物理「斜面實驗報告」、國文「小說改寫」。\n"
        "是否上傳由你決定；截止後本學期就不能再上傳。\n"
        "說明：https://example.org/guide"
    )
    return {"type": "text", "text": words}


def pair(name: str, value: str) -> Json:
    """A name on the left, its value on the right."""
    return row(text(name, size="sm"), text(value, size="sm", align="end"))


def receipt() -> Json:
    """The receipt card: lines of the statement, and what silence means."""
    lines = [("課程學習成果", "4 件"), ("多元表現", "5 件"), ("修課紀錄", "2 筆")]
    body = column(
        title("請核對收訖明細", "113/10/14（一）前確認，還有 3 天"),
        column(
            *(pair(name, count) for name, count in lines),
            spacing="sm",
            margin="lg",
            paddingAll="lg",
            backgroundColor="#F2F6F3",
            cornerRadius="md",
        ),
        text(
            "期限內沒有確認、也沒有提出疑義，就視為已確認（114 年國教署函第 6 點）。",
            size="xs",
            color=SOFT,
            margin="lg",
        ),
    )
    footer = column(
        button("核對明細", "lines", "primary", color=GREEN),
        row(
            button("資料正確無誤", "confirm", "secondary"),
            button("有疑義", "query", "secondary"),
            spacing="sm",
        ),
        spacing="sm",
    )
    return flex("請核對收訖明細，113/10/14（一）前確認", bubble(body, footer))


def work(course: str, name: str, pupil: str) -> Json:
    """One work in the teacher's carousel."""
    body = column(
        text(course, size="xs", color="#8352A8", weight="bold"),
        text(name, weight="bold", maxLines=2),
        text(pupil, size="sm", color=SOFT),
        text("認證只確認「是學生本人修習本課程的產出」。", size="xs", color=SOFT, margin="lg"),
        spacing="sm",
    )
    footer = column(
        button("認證", f"certify {name}", "primary", color=GREEN),
        button("退回", f"return {name}"),
        spacing="xs",
    )
    return bubble(body, footer, size="kilo")


def pending() -> Json:
    """A teacher's pending works as a carousel."""
    bubbles = [
        work("物理", "斜面實驗報告", "高二 201 班 12 號"),
        work("物理", "以手機感測器量測單擺週期：一份比較長的標題", "高二 203 班 5 號"),
        work("物理探究與實作", "保麗龍球的終端速度", "高二 201 班 31 號"),
    ]
    carousel = {"type": "carousel", "contents": bubbles}
    return flex("老師您好，有 3 件課程學習成果等您認證，最早 114/2/10（一）截止", carousel)


def progress() -> Json:
    """A homeroom teacher's class, drawn as bars: decided or not, never counts of works."""
    stages = [("收訖明細", 31, GREEN), ("勾選", 34, "#2B74B8"), ("上傳", 22, "#8352A8")]
    charts = [
        column(
            row(
                text(name, size="sm", weight="bold"),
                text(f"已決定 {done}／37 人", size="sm", align="end", flex=2),
            ),
            bar(round(100 * done / 37), colour),
        )
        for name, done, colour in stages
    ]
    header = column(
        text("201 班的進度", size="xl", weight="bold", color="#FFFFFF"),
        text("老師您好，收訖明細 10/14（一）截止", size="sm", color="#DDF3E6"),
        background={
            "type": "linearGradient",
            "angle": "135deg",
            "startColor": "#0B7A4B",
            "endColor": "#2F9E77",
        },
        paddingAll="20px",
    )
    note = text("另有 1 人聯絡不到（未加入 LINE），建議當面或以電話提醒。", size="xs", color=SOFT)
    footer = row(
        button("看名單", "list", "secondary"),
        button("提醒這 6 人", "nudge", "primary", color=GREEN),
        spacing="sm",
    )
    return flex(
        "老師您好，201 班收訖明細：已決定 31 人，未決定 6 人，10/14（一）截止",
        bubble(column(*charts, note, spacing="lg"), footer, header=header),
    )


def picker() -> Json:
    """A button that opens a date field."""
    action = {
        "type": "datetimepicker",
        "label": "選提醒的日期",
        "data": "remind",
        "mode": "date",
        "initial": "2024-09-10",
        "min": "2024-09-02",
        "max": "2025-01-20",
    }
    ask = {"type": "button", "style": "primary", "color": GREEN, "action": action}
    return flex("什麼時候再提醒你", bubble(column(text("什麼時候再提醒你"), ask, spacing="md")))


def odd_ones() -> list[Json]:
    """Messages of the other kinds, one that does not exist, and text that looks like HTML."""
    confirm = {
        "type": "confirm",
        "text": "這學期不上傳嗎？",
        "actions": [
            {"type": "message", "label": "是", "text": "是"},
            {"type": "message", "label": "否", "text": "否"},
        ],
    }
    spans = [
        {"type": "span", "text": "還有 "},
        {"type": "span", "text": "3", "size": "xxl", "weight": "bold", "color": "#C2410C"},
        {"type": "span", "text": " 天", "decoration": "underline"},
    ]
    long_line = "這一行沒有設定換行，所以太長的時候要用刪節號截斷才像 LINE"
    body = column(
        {"type": "text", "contents": spans, "text": ""},
        {"type": "text", "text": long_line, "size": "sm"},
        {"type": "text", "text": long_line, "adjustMode": "shrink-to-fit", "size": "sm"},
        row({"type": "filler"}, column(width="40px", height="40px", backgroundColor="#FFD45E")),
        column(text("角落", size="xxs"), position="absolute", offsetTop="8px", offsetEnd="12px"),
        {"type": "sparkle"},
    )
    return [
        {"type": "text", "text": "<img src=x onerror=alert(1)><b>粗體</b>"},
        {"type": "sticker", "packageId": "446", "stickerId": "1988"},
        {
            "type": "location",
            "title": "草屯",
            "address": "南投縣草屯鎮",
            "latitude": 0,
            "longitude": 0,
        },
        {"type": "template", "altText": "這學期不上傳嗎？", "template": confirm},
        flex("還有 3 天", bubble(body, size="micro")),
        {"type": "hologram"},
    ]
