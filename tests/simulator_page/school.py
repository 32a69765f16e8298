"""The stand-in school: a clock, a cast, people to search for, windows, and a ledger."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]
TAIPEI = ZoneInfo("Asia/Taipei")
START = datetime(2024, 9, 2, 7, 30, tzinfo=TAIPEI)
WEEKDAYS = "一二三四五六日"
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "reminder": timedelta(days=3)}

CAST = [
    ("p1", "U01", "林小美", "學生", "高二 201 班 12 號"),
    ("p2", "U02", "陳志豪", "任課教師", "物理・高二"),
    ("p3", "U03", "張雅婷", "導師", "高二 201 班"),
]
OTHERS = [
    ("p4", "U04", "林宥廷", "學生", "高二 201 班 13 號"),
    ("p5", None, "林邨堃", "學生", "高三 305 班 2 號"),
    ("p6", "U06", "王淑芬", "註冊組", "註冊組長"),
]
WINDOWS = [
    ("w1", "勾選", "課程學習成果勾選", "2024-08-30", "2024-09-21", "open"),
    ("w2", "收訖", "收訖明細第 1 輪", "2024-10-09", "2024-10-15", "upcoming"),
    ("w3", "上傳", "課程學習成果上傳", "2024-08-30", "2025-02-04", "open"),
    ("w4", "認證", "課程學習成果認證", "2024-08-30", "2025-02-11", "open"),
    ("w5", "提交", "基本資料", "2024-08-20", "2024-09-01", "closed"),
]


def person(row: tuple[str, str | None, str, str, str]) -> Json:
    """A person as /demo/people tells it."""
    names = ("personId", "userId", "name", "role", "detail")
    told: Json = dict(zip(names, row, strict=True))
    return told | {"linked": told["userId"] is not None}


def people(query: str, role: str) -> list[Json]:
    """Everybody whose name or class contains the query."""
    found = [person(row) for row in [*CAST, *OTHERS]]
    return [
        one
        for one in found
        if (query in one["name"] or query in one["detail"]) and role in ("", one["role"])
    ]


class School:
    """The state of one demonstration, which the clock moves."""

    def __init__(self) -> None:
        """Begin on the first school day."""
        self.now = START
        self.moved: dict[str, int] = {}
        self.fault = "none"

    def state(self) -> Json:
        """What /demo/state answers."""
        day = self.now
        today = f"{day.year - 1911}/{day.month}/{day.day}（{WEEKDAYS[day.weekday()]}）"
        soon = (day + STEPS["reminder"]).replace(hour=7, minute=30)
        return {
            "now": day.isoformat(),
            "today": today,
            "clock": f"{day:%H:%M}",
            "account": "caotun",
            "school": {
                "name": "國立草屯高商",
                "term": "113-1",
                "pupils": 1260,
                "classes": 42,
                "staff": 104,
                "linked": 1187,
            },
            "cast": [person(row) for row in CAST],
            "next": {"at": soon.isoformat(), "label": "勾選截止前 14 天提醒"},
            "busy": False,
            "windows": [self._window(row) for row in WINDOWS],
        }

    def _window(self, row: tuple[str, str, str, str, str, str]) -> Json:
        key, stage, label, opens, closes, state = row
        starts = datetime.fromisoformat(f"{opens}T00:00:00+08:00")
        ends = datetime.fromisoformat(f"{closes}T00:00:00+08:00")
        ends += timedelta(days=self.moved.get(key, 0))
        return {
            "id": key,
            "stage": stage,
            "label": label,
            "opens": starts.isoformat(),
            "closes": ends.isoformat(),
            "state": state,
            "daysLeft": (ends - self.now).days,
        }

    def ledger(self, one: str) -> Json:
        """What /demo/ledger answers, for the whole school or one person."""
        at = self.now.isoformat()
        who = next((name for key, _, name, *_ in CAST if key == one), "林小美")
        return {
            "notices": [
                {
                    "id": "n1",
                    "at": at,
                    "person": who,
                    "occasion": "勾選截止前 14 天",
                    "kind": "SelectionDue",
                    "state": "told",
                    "reason": None,
                },
                {
                    "id": "n2",
                    "at": at,
                    "person": "王柏翰",
                    "occasion": "勾選截止前 14 天",
                    "kind": "SelectionDue",
                    "state": "skipped",
                    "reason": "nothing_outstanding",
                },
                {
                    "id": "n3",
                    "at": at,
                    "person": "李佳穎",
                    "occasion": "勾選截止前 14 天",
                    "kind": "SelectionDue",
                    "state": "waiting",
                    "reason": None,
                },
            ],
            "deliveries": [
                {
                    "id": "d1",
                    "at": at,
                    "person": who,
                    "state": "accepted",
                    "attempts": 1,
                    "retryKey": "5f0c0f1e-0000-5000-8000-000000000001",
                    "reason": None,
                    "notices": 2,
                },
                {
                    "id": "d2",
                    "at": at,
                    "person": "吳承恩",
                    "state": "failed",
                    "attempts": 4,
                    "retryKey": "9a1b2c3d-0000-5000-8000-000000000002",
                    "reason": "額度用完",
                    "notices": 1,
                },
            ],
            "events": [{"at": at, "kind": "postback", "state": "done"}],
            "silences": [
                {"reason": "nothing_outstanding", "label": "沒有還沒做的事", "count": 812},
                {"reason": "no_account", "label": "還沒加入 LINE", "count": 73},
                {"reason": "muted", "label": "本人關掉了這種提醒", "count": 21},
                {"reason": "quiet_hours", "label": "夜間，改到早上", "count": 9},
            ],
            "totals": {"told": 345, "skipped": 906, "waiting": 9, "accepted": 342, "failed": 3},
        }
