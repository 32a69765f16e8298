"""What is taught where: the departments of a vocational school and their courses by grade."""

from dataclasses import dataclass

GENERAL = "國文", "英文", "數學"
"""Families of the general courses that every class has in every term; each has a teacher pool."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A course as a class has it: its name, the family of its teacher, and which of them it is.

    Courses of one class with the same family and slot have the same teacher through the years.
    """

    name: str
    family: str
    slot: int


@dataclass(frozen=True, slots=True)
class Department:
    """A department (科): the family of its teachers, and three courses for each grade."""

    name: str
    family: str
    courses: tuple[tuple[str, str, str], ...]


_INFORMATION = Department(
    "資訊科",
    "資電",
    (
        ("程式設計實習", "基本電學", "基本電學實習"),
        ("微處理機實習", "數位邏輯設計", "電子學"),
        ("專題實作", "行動裝置應用實習", "介面電路控制實習"),
    ),
)
_MACHINES = Department(
    "機械科",
    "機械",
    (
        ("機械製造", "機械基礎實習", "基礎電學實習"),
        ("機件原理", "機械製圖實習", "數值控制機械實習"),
        ("專題實作", "機械力學", "電腦輔助製圖與實習"),
    ),
)
_ELECTRICITY = Department(
    "電機科",
    "電機",
    (
        ("基本電學", "基本電學實習", "工業配線實習"),
        ("電工機械", "電子學實習", "可程式控制實習"),
        ("專題實作", "電力電子應用實習", "智慧居家監控實習"),
    ),
)
_ELECTRONICS = Department(
    "電子科",
    "資電",
    (
        ("基本電學", "基本電學實習", "程式設計實習"),
        ("電子學", "電子學實習", "微處理機"),
        ("專題實作", "單晶片微處理機實習", "感測器實習"),
    ),
)
_BUILDING = Department(
    "建築科",
    "設計",
    (
        ("製圖實習", "工程概論", "測量實習"),
        ("構造與施工法", "材料與試驗", "電腦輔助製圖實習"),
        ("專題實作", "建築設計實習", "營建技術實習"),
    ),
)
_INTERIORS = Department(
    "室內空間設計科",
    "設計",
    (
        ("基本設計實習", "繪畫基礎實習", "設計概論"),
        ("表現技法實習", "室內設計與製圖實作", "色彩原理"),
        ("專題實作", "室內裝修實務", "數位成型實習"),
    ),
)
_BUSINESS = Department(
    "商業經營科",
    "商管",
    (
        ("商業概論", "會計學", "數位科技概論"),
        ("經濟學", "會計學實習", "行銷實務"),
        ("專題實作", "商業溝通", "門市經營實務"),
    ),
)
_DATA = Department(
    "資料處理科",
    "商管",
    (
        ("數位科技概論", "商業概論", "會計學"),
        ("程式語言與設計", "資料庫應用", "多媒體製作與應用"),
        ("專題實作", "網頁設計", "電子商務實務"),
    ),
)
_ENGLISH = Department(
    "應用英語科",
    "外語",
    (
        ("英語聽講練習", "商業概論", "英文閱讀與寫作練習"),
        ("觀光英語", "日語入門", "英語簡報實務"),
        ("專題實作", "新聞英語", "翻譯練習"),
    ),
)
_TOURISM = Department(
    "觀光事業科",
    "餐旅",
    (
        ("觀光餐旅業導論", "餐飲服務技術", "客房實務"),
        ("旅遊實務", "導覽解說實務", "飲料實務"),
        ("專題實作", "遊程規劃", "觀光行銷"),
    ),
)
_CATERING = Department(
    "餐飲管理科",
    "餐旅",
    (
        ("觀光餐旅業導論", "中餐烹調實習", "烘焙實務"),
        ("西餐烹調實習", "餐飲安全與衛生", "蔬果切雕實習"),
        ("專題實作", "異國料理實習", "菜單設計"),
    ),
)

DAY = (
    _INFORMATION,
    _MACHINES,
    _ELECTRICITY,
    _ELECTRONICS,
    _BUILDING,
    _INTERIORS,
    _BUSINESS,
    _DATA,
    _ENGLISH,
    _TOURISM,
    _CATERING,
)
"""The departments of the day division, one class each in every grade; the first has the cast."""

CONTINUING = (_MACHINES, _ELECTRICITY, _BUSINESS)
"""The departments of the continuing-education division (進修部)."""

_GENERAL_COURSES = {"國文": "國語文", "英文": "英語文", "數學": "數學"}
_BESIDES = {1: (("歷史", "社會"), ("音樂", "藝能")), 2: (("公民與社會", "社會"), ("美術", "藝能"))}
_LAST_YEAR = (("地理", "社會"), ("生涯規劃", "藝能"))

FAMILIES = {
    "國文": 13,
    "英文": 12,
    "數學": 11,
    "社會": 7,
    "藝能": 6,
    "資電": 9,
    "機械": 8,
    "電機": 8,
    "設計": 8,
    "商管": 9,
    "外語": 4,
    "餐旅": 7,
}
"""How many teachers each family has at the whole school."""


def courses(department: Department, grade: int) -> list[Taught]:
    """Return the courses of a class of this department in one term."""
    general = [Taught(_GENERAL_COURSES[family], family, 0) for family in GENERAL]
    besides = [Taught(name, family, 0) for name, family in _BESIDES.get(grade, _LAST_YEAR)]
    own = department.courses[grade - 1]
    return [
        *general,
        *besides,
        *(Taught(name, department.family, slot) for slot, name in enumerate(own)),
    ]
