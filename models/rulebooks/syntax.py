"""Says what is wrong with a text that is no TOML, in the words of its author, not of a parser."""

import re

from models.rulebooks.problems import Expected, Problem

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')

_SAID: tuple[tuple[Expected, str], ...] = (
    (Expected.SAID_ONCE, r"Cannot (overwrite|declare|mutate)|twice"),
    (Expected.CLOSED_QUOTE, r"Illegal character|Unterminated|Expected \"'\""),
    (Expected.NO_BACKSLASH, r"Unescaped|Invalid hex value"),
    (Expected.CLOSED_BRACKET, r"Expected '\]+'"),
)
"""What the parser's own words say for certain."""

_LOOKS: tuple[tuple[Expected, str], ...] = (
    (Expected.HALF_WIDTH, r"[“”„‟＂＝［］｛｝，＃：「」『』\u3000]|\[[^\]]*、"),
    (Expected.QUOTED_KEY, r"^[^=]*[^\x00-\x7f]"),
    (Expected.A_VALUE, r"=\s*$"),
    (Expected.NO_LEADING_ZERO, r"=\s*[+-]?0\d+\s*$"),
    (Expected.REAL_DATE, r"=\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,2}"),
    (Expected.QUOTED_CLOCK, r"=\s*\d{1,2}:\d{2}\s*$"),
    (Expected.BARE_NUMBER, r"=\s*\d+\s*[^\x00-\x7f%]|=\s*\d+\s*%"),
    (Expected.AN_EQUALS_SIGN, r"^\s*[^\[\]={}]+$|=="),
    (Expected.ONE_LINE_BRACES, r"\{[^}]*$|,\s*\}"),
    (Expected.A_COMMA, r"""[\]}"\w]\s+["\[{\w][^=\[\]{}]*[\]]|\{[^}]*=[^,}]*=[^}]*\}"""),
    (Expected.CLOSED_BRACKET, r"\[[^\]]*$"),
    (Expected.ONE_LINE, r"=.*=|,\s*$"),
    (Expected.QUOTED_TEXT, r"=\s*[^\s\"'\[{+\-\d]"),
)
"""What a line looks like, its quoted texts and its comment left out; the first that fits counts."""


def problem(text: str, file: str, message: str) -> Problem:
    """Return the first mistake of a text, from what the parser said about it; with its line."""
    place = _AT_LINE.search(message)
    lines = text.splitlines() or [""]
    number = min(int(place[1]) if place and place[1] else len(lines), len(lines))
    line = lines[number - 1]
    expected = _expected(line, _AT_LINE.sub("", message))
    ran_out = expected is Expected.TOML or (place and not place[1] and "{" not in line)
    if "Unclosed" in message and ran_out:
        expected = Expected.CLOSED_BRACKET
    return Problem(file, number, "", expected, line.strip() or None)


def _expected(line: str, said: str) -> Expected:
    """Return the mistake that a line most likely is; TOML where nothing fits."""
    bare = _QUOTED.sub('""', line).split("#")[0]
    if re.search(_LOOKS[0][1], bare):
        return Expected.HALF_WIDTH
    for expected, words in _SAID:
        if re.search(words, said):
            return expected
    if bare.count('"') % 2:
        return Expected.CLOSED_QUOTE
    fitting = (expected for expected, look in _LOOKS if re.search(look, bare))
    return next(fitting, Expected.TOML)
