"""Diverse performances (多元表現): the ten kinds with plausible titles and their own columns."""

from datetime import date, timedelta
from random import Random
from typing import Any

from bot.demo.seed.titles import COUNCIL, filled
from models.vocabulary import PerformanceKind

Details = dict[str, Any]
Feat = tuple[PerformanceKind, str, date, Details]
"""A performance: its kind, title, day, and the columns of its kind."""

_OFTEN = {
    PerformanceKind.OFFICER: 12,
    PerformanceKind.COMPETITION: 16,
    PerformanceKind.LICENCE: 18,
    PerformanceKind.SERVICE: 20,
    PerformanceKind.FLEXIBLE_TIME: 14,
    PerformanceKind.GROUP_ACTIVITY: 14,
    PerformanceKind.WORKPLACE: 8,
    PerformanceKind.WORK: 12,
    PerformanceKind.ADVANCED_COURSE: 3,
    PerformanceKind.OTHER: 8,
}

_TITLES: dict[PerformanceKind, tuple[str, ...]] = {
    PerformanceKind.OFFICER: (
        *(f"班級{post}" for post in COUNCIL),
        "熱音社社長",
        "羽球隊隊長",
        "班聯會活動組長",
        "畢聯會美編組員",
    ),
    PerformanceKind.COMPETITION: (
        "全國技藝競賽校內初賽",
        "中區專題暨創意製作競賽",
        "校慶大隊接力",
        "南投縣語文競賽",
        "全國高中職小論文寫作比賽",
        "全國高中職閱讀心得寫作比賽",
        "校園程式設計競賽",
        "班際籃球賽",
        "英語歌唱比賽",
        "{place}微電影徵件",
    ),
    PerformanceKind.LICENCE: (
        "電腦軟體應用丙級技術士",
        "工業電子丙級技術士",
        "機械加工丙級技術士",
        "室內配線丙級技術士",
        "會計事務丙級技術士",
        "中餐烹調丙級技術士",
        "全民英檢初級",
        "多益英語測驗",
        "日本語能力試驗 N5",
        "CPR 急救員證",
    ),
    PerformanceKind.SERVICE: (
        "{place}淨溪活動",
        "圖書館志工",
        "國小課後伴讀",
        "{place}社區長者共餐",
        "捐血活動服務",
        "校慶園遊會場地服務",
        "{place}流浪動物之家服務",
        "偏鄉資訊營隊小隊輔",
    ),
    PerformanceKind.FLEXIBLE_TIME: (
        "微課程：Arduino 入門",
        "微課程：理財第一步",
        "自主學習：日文五十音",
        "自主學習：影片剪輯",
        "自主學習：{place}植物圖鑑",
        "選手培訓：技藝競賽",
        "充實增廣：三角函數再探",
    ),
    PerformanceKind.GROUP_ACTIVITY: (
        "熱音社",
        "羽球社",
        "桌遊社",
        "攝影社",
        "烘焙社",
        "班會：反霸凌討論",
        "週會：職場安全講座",
        "童軍社",
    ),
    PerformanceKind.WORKPLACE: (
        "{place}汽車保養廠見習",
        "{place}飯店房務實習",
        "設計公司暑期工讀",
        "機械廠參訪與一日見習",
        "便利商店工讀",
        "社區電腦維修站見習",
    ),
    PerformanceKind.WORK: (
        "{place}攝影集",
        "自製機械鍵盤",
        "短片〈回家的路〉",
        "班服設計",
        "木作書架",
        "詞曲創作〈夏天的尾巴〉",
        "同人漫畫第 {number} 話",
    ),
    PerformanceKind.ADVANCED_COURSE: (
        "科大預修：程式設計",
        "科大預修：微積分",
        "科大預修：行銷管理",
        "科大預修：工程圖學",
    ),
    PerformanceKind.OTHER: (
        "科大參訪：資訊工程系",
        "寒假英語營",
        "城鄉交流：{place}",
        "國際教育旅行線上交流",
        "機器人暑期營隊",
        "社區大學陶藝課程",
    ),
}

KIND_NAMES = {
    PerformanceKind.OFFICER: "幹部經歷暨事蹟紀錄",
    PerformanceKind.COMPETITION: "競賽參與紀錄",
    PerformanceKind.LICENCE: "檢定證照紀錄",
    PerformanceKind.SERVICE: "服務學習紀錄",
    PerformanceKind.FLEXIBLE_TIME: "彈性學習時間紀錄",
    PerformanceKind.GROUP_ACTIVITY: "團體活動時間紀錄",
    PerformanceKind.WORKPLACE: "職場學習紀錄",
    PerformanceKind.WORK: "作品成果紀錄",
    PerformanceKind.ADVANCED_COURSE: "大學及技專校院先修課程紀錄",
    PerformanceKind.OTHER: "其他多元表現紀錄",
}
"""The kinds as the central database names them on a receipt statement."""


def performance(dice: Random, since: date, until: date, taken: set[str]) -> Feat:
    """Return a performance between two days that is not called as one of those `taken`."""
    while True:
        kind = dice.choices(list(_OFTEN), weights=list(_OFTEN.values()))[0]
        title = filled(dice, dice.choice(_TITLES[kind]))
        if title not in taken:
            break
    day = since + timedelta(days=dice.randrange(max(1, (until - since).days)))
    return kind, title, day, _details(dice, kind, title, day)


def _details(dice: Random, kind: PerformanceKind, title: str, day: date) -> Details:
    """Return the columns of a kind (domain.md section 6) that are worth showing."""
    ends_on = (day + timedelta(days=dice.choice((0, 1, 4, 30)))).isoformat()
    match kind:
        case PerformanceKind.OFFICER:
            level = "班級幹部" if title.startswith("班級") else "社團幹部"
            return {"職務": title.removeprefix("班級"), "幹部等級": level}
        case PerformanceKind.COMPETITION:
            prize = dice.choice(("參加", "參加", "佳作", "甲等", "第三名", "優等"))
            return {"競賽等級": "校際" if "全國" in title else "校內", "獎項": prize}
        case PerformanceKind.LICENCE:
            return {
                "發照單位": "勞動部" if "技術士" in title else "主辦單位",
                "取得日期": day.isoformat(),
            }
        case PerformanceKind.FLEXIBLE_TIME | PerformanceKind.GROUP_ACTIVITY:
            return {"節數": dice.choice((6, 9, 12, 18))}
        case PerformanceKind.ADVANCED_COURSE:
            return {"學分數": dice.choice((1, 2, 3)), "總時數": 36}
        case PerformanceKind.WORK:
            return {"日期": day.isoformat()}
        case _:
            hours = dice.choice((2, 4, 6, 8, 16, 24))
            return {"開始日期": day.isoformat(), "結束日期": ends_on, "時數": hours}
