"""Plausible Taiwanese names, all invented: pupils born around 2007 and the adults who teach them.

The lists are drawn from by a seeded dice, so a school has the same people every time.
"""

from random import Random

_SURNAMES = (
    "陳 陳 陳 陳 陳 陳 林 林 林 林 林 黃 黃 黃 黃 張 張 張 李 李 李 王 王 王 吳 吳 吳 劉 "
    "劉 蔡 蔡 楊 楊 許 許 鄭 鄭 謝 謝 洪 洪 郭 郭 邱 曾 曾 廖 廖 賴 賴 徐 周 葉 蘇 莊 呂 "
    "江 何 蕭 羅 高 潘 簡 朱 鍾 彭 游 詹 胡 施 沈 余 盧 梁 趙 顏 柯 翁 魏 孫 戴 范 方 宋 "
    "鄧 杜 傅 侯 曹 薛 丁 卓 阮 馬 董 溫 唐 石 藍 白 古 紀 姚 連 馮 歐 程 湯 康 田 姜 汪 "
    "尤 巫 鄒 涂 尹 黎 童 龔 嚴 韓 袁 張簡 歐陽"
).split()

_PUPIL_FIRST = (
    "宥 承 柏 冠 品 子 宇 彥 睿 家 詠 廷 語 欣 佳 芷 思 采 昱 晨 韋 柔 筱 沛 羽 芸 郁 奕 庭 翊"
)
_PUPIL_SECOND = {
    "宥": "廷 翔 霖 蓁 安 騰 心",
    "承": "恩 翰 諺 佑 軒 澤 穎",
    "柏": "翰 宇 諺 霖 勳 睿 安",
    "冠": "廷 宇 霖 穎 儒 勳 妤",
    "品": "妤 睿 妍 翰 蓉 豪 萱",
    "子": "涵 晴 軒 瑜 恩 睿 芸 翔 玲",
    "宇": "翔 軒 恩 彤 辰 哲 婕",
    "彥": "廷 鈞 霖 君 勳 甫 妤",
    "睿": "恩 哲 穎 宸 芸 彬 杰",
    "家": "豪 瑜 銘 綺 妤 維 榆 宏",
    "詠": "晴 翔 心 涵 婕 淳 恩",
    "廷": "恩 宇 軒 瑋 蓁 諺 叡",
    "語": "彤 婕 晴 涵 恩 喬 謙 柔",
    "欣": "妤 怡 樺 潔 穎 儀 霓",
    "佳": "穎 蓉 恩 琪 霖 樺 芸 穎",
    "芷": "晴 瑄 妍 涵 柔 萱 瑜",
    "思": "妤 齊 涵 穎 翰 嘉 瑜",
    "采": "蓁 妮 潔 薇 恩 霏 璇",
    "昱": "翔 安 辰 廷 瑋 蓉 嘉",
    "晨": "恩 曦 希 瑋 皓 妍 羽",
    "韋": "廷 翰 辰 伶 綸 辰 如",
    "柔": "安 妤 瑄 蓁 穎 伊 霓",
    "筱": "涵 筑 雯 晴 婷 薇 璇",
    "沛": "恩 蓉 辰 瑜 宸 芸 琪",
    "羽": "彤 柔 翔 晴 婕 軒 喬",
    "芸": "安 瑄 熙 溱 禎 蓁 亦",
    "郁": "婷 翔 涵 雯 珊 晴 恩",
    "奕": "辰 安 廷 璇 翔 萱 銘",
    "庭": "瑋 萱 安 瑜 宇 妤 榕",
    "翊": "翔 庭 安 宸 妏 瑄 綾",
}
_SINGLE = "恩 昕 翰 瑄 睿 崴 靖 寧"

_ADULT_GIVEN = (
    "志明 志豪 志偉 俊傑 俊宏 建宏 建志 家豪 文傑 文彬 明哲 明宏 國華 國榮 宗翰 宗憲 正雄 "
    "振宇 永裕 永昌 信宏 冠宇 哲維 啟文 嘉宏 士賢 世昌 彥宏 智凱 榮峰 銘輝 耀德 進財 維哲 "
    "政達 育誠 淑芬 淑惠 淑娟 淑貞 雅惠 雅婷 雅雯 雅玲 美玲 美惠 美君 怡君 怡婷 怡如 佩珊 "
    "佩君 惠雯 惠如 秀娟 秀琴 麗華 麗卿 玉珍 玉玲 鈺婷 靜宜 靜怡 慧玲 慧君 曉薇 曉玲 欣怡 "
    "婉如 婉婷 瓊瑤 素貞 月娥 春美 碧雲 詩涵 心怡 孟潔 筱雯 佳蓉"
).split()


def pupil_name(dice: Random) -> str:
    """Return a name as pupils of senior high schools bear it."""
    surname = dice.choice(_SURNAMES)
    if dice.random() < 0.015:
        return surname + dice.choice(_SINGLE.split())
    first = dice.choice(_PUPIL_FIRST.split())
    return surname + first + dice.choice(_PUPIL_SECOND[first].split())


def adult_name(dice: Random) -> str:
    """Return a name as their teachers bear it."""
    return dice.choice(_SURNAMES) + dice.choice(_ADULT_GIVEN)


def names(dice: Random, count: int, *, adult: bool, taken: frozenset[str]) -> list[str]:
    """Return so many names of people who are all called differently, and not as those `taken`."""
    found: dict[str, None] = {}
    draw = adult_name if adult else pupil_name
    while len(found) < count:
        name = draw(dice)
        if name not in taken:
            found[name] = None
    return list(found)
