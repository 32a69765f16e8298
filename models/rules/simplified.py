"""Tells Simplified characters, without a dictionary: what mainland code pages have and ours lacks.

A character of GB 2312 that code page 950 does not have is Simplified, but for some rare ones and
parts of characters that are written the same everywhere.
"""

from functools import cache

RARE = (
    "丨丬丶丿亠亻仫伲倮傈冂冖冫凇凼刂劐勐勹卟卩厶吖吡吣吲呋咔咣咴哌哐哚唣唿啉喹嗪嗬嗵嘞嘣嘭噍噔"
    "噻噼嚯坂垡垧埝埯塄塬墒墚夂宀尜岙岜峁崾嵛嵴巛幞廴彐彡忄憷扌揞揸擀攴攵敫晗桊桕榀榘檫毪氵氽沲"
    "浜溻漤灬炻烀煅煊煳煺熘犏犟犭狍猸猹珉珏甙畲疃疒痃癀癍癔癯睃砘砹砼硇硷碹磙礴礻筢筻箢篼罱耠耥"
    "耱肀肟肷肼肽胩胬脎脒脲腈腙腚膪臁舭舾艹芪苄苊苘苷茚莜萘萜葜蒈蒽蔸藁蝰蝽螋蟮衤踺軎辶郄酞酰酶"
    "醌鐾阝鞴骶骺鬏黢鼗齄"
)
"""What only looks Simplified to the two code pages."""


def simplified_in(text: str) -> str:
    """Return the Simplified characters of a text, each once, in their order."""
    return "".join(dict.fromkeys(each for each in text if _is_simplified(each)))


@cache
def _is_simplified(character: str) -> bool:
    return (
        character not in RARE
        and "\u4e00" <= character <= "\u9fff"
        and _has("gb2312", character)
        and not _has("cp950", character)
    )


def _has(code_page: str, character: str) -> bool:
    try:
        character.encode(code_page)
    except UnicodeEncodeError:
        return False
    return True
