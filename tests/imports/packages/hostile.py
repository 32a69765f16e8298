"""Packages that mean harm, or are broken in the ways that packages get broken, by their flaw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.imports.packages.refusals import Flaw
from tests.imports.packages.packing import (
    OUTCOME,
    PASSWORD,
    Member,
    aes,
    crypto,
    hashed,
    hashes,
    members,
    part,
    person,
    usual,
)

Make = Callable[[], bytes]
KIND = "課程學習成果"
NAME = f"{KIND}.json"


def _file(content: bytes, name: str = NAME) -> Make:
    """Return a package of one file, with its hash."""
    return lambda: crypto(members(hashed({name: content})))


def _json(text: str) -> Make:
    return _file(text.encode())


def _listed(listed: bytes) -> Make:
    """Return the usual package with another SHA.txt."""
    return lambda: crypto(members(hashed(usual(), listed)))


def _made(*more: Member, **changed: object) -> Make:
    """Return the usual files with further members, and each with other values."""
    usually = members(hashed(usual()))
    return lambda: crypto([replace(one, **changed) for one in [*usually, *more]])  # type: ignore[arg-type]


def _named(name: str) -> Make:
    return _made(Member(name.encode(), b"x"))


def _cut(share: float) -> Make:
    def made() -> bytes:
        whole = aes(hashed(usual()))
        return whole[: int(len(whole) * share)]

    return made


def _flipped(at: float) -> Make:
    """Return a package with one bit of the second member turned."""

    def made() -> bytes:
        whole = bytearray(aes(hashed(usual()), method=0))
        start = whole.index(b"PK\x03\x04", 4)
        whole[start + 200 + int(at * 40)] ^= 4
        return bytes(whole)

    return made


def _changed_file() -> bytes:
    """Return a package in which somebody added a line to a part, and packed it properly again."""
    files = usual()
    listed = hashes(files)
    files[NAME] = part(KIND, person({"學期課程學習成果": [OUTCOME, OUTCOME]}))
    return crypto(members(hashed(files, listed)))


def _overlapping() -> bytes:
    """Return a zip whose every name leads to the same bytes."""
    usually = members(hashed(usual()))
    return crypto([replace(one, at=0) for one in usually])


def _wrong_aes(strength: int) -> bytes:
    """Return a zip in an AES that does not exist."""
    whole = aes(hashed(usual()))
    for known in (b"\x01", b"\x02"):
        right = b"\x01\x99\x07\x00" + known + b"\x00AE\x03"
        whole = whole.replace(right, right[:-1] + bytes([strength]))
    return whole


def _lying(size: int) -> bytes:
    usually = members(hashed({NAME: b" " * 3_000_000}))
    return crypto([usually[0], replace(usually[1], claimed=size)])


def _hundred_megabytes() -> bytes:
    """Return a zip of files that each unpack to no more than honest ones do."""
    content = bytes(26_000)
    named = (f"{number}.json".encode() for number in range(39))
    return crypto([Member(name, content, method=0, claimed=2_600_000) for name in named])


def _deep(depth: int) -> str:
    return '{"' + KIND + '": ' + "[" * depth + "]" * depth + "}"


def _people(*some: object) -> Make:
    return _file(part(KIND, *some))


def _hash_lines(*names: str) -> bytes:
    return "\n".join(f"{name},{'0' * 64}" for name in names).encode()


def _without(name: str) -> Sequence[Member]:
    return [one for one in members(hashed(usual())) if one.name != name.encode()]


PACKAGES: dict[str, tuple[Flaw, Make]] = {
    "nothing": (Flaw.EMPTY, lambda: b""),
    "two letters": (Flaw.NO_ZIP, lambda: b"PK"),
    "text": (Flaw.NO_ZIP, "身分證號,出生日期\n".encode),
    "PDF": (Flaw.NO_ZIP, lambda: b"%PDF-1.7\n" + bytes(5_000)),
    "zero bytes": (Flaw.NO_ZIP, lambda: bytes(100_000)),
    "7z": (Flaw.OTHER_ARCHIVE, lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100)),
    "RAR": (Flaw.OTHER_ARCHIVE, lambda: b"Rar!\x1a\x07\x01\x00" + bytes(100)),
    "program that unpacks itself": (Flaw.OTHER_ARCHIVE, lambda: b"MZ" + _made()()),
    "cut at a third": (Flaw.CUT_OFF, _cut(0.33)),
    "cut at nine tenths": (Flaw.CUT_OFF, _cut(0.9)),
    "cut by the last bytes": (Flaw.BROKEN, _cut(0.995)),
    "only a head": (Flaw.CUT_OFF, lambda: b"PK\x03\x04" + bytes(26)),
    "empty zip": (Flaw.NO_HASHES, lambda: crypto([])),
    "five hundred files": (
        Flaw.TOO_MANY_FILES,
        _made(*(Member(f"{n}.json".encode(), b"{}") for n in range(500))),
    ),
    "bomb": (Flaw.BOMB, _file(b" " * 20_000_000)),
    "bomb in SHA.txt": (Flaw.BOMB, _listed(b"\n" * 20_000_000)),
    "bomb that lies": (Flaw.BROKEN, lambda: _lying(900)),
    "claims four gigabytes": (Flaw.BOMB, lambda: _lying(0xFFFFFFFE)),
    "claims a hundred megabytes": (Flaw.TOO_LARGE, _hundred_megabytes),
    "overlapping files": (Flaw.OVERLAPPING, _overlapping),
    "parent folder": (Flaw.ODD_NAME, _named("../../evil.json")),
    "parent folder, backslashes": (Flaw.ODD_NAME, _named("..\\..\\evil.json")),
    "absolute name": (Flaw.ODD_NAME, _named("/etc/cron.d/evil")),
    "drive letter": (Flaw.ODD_NAME, _named("C:evil.json")),
    "in a folder": (Flaw.ODD_NAME, _named(f"112/{NAME}")),
    "name of dots": (Flaw.ODD_NAME, _named("..")),
    "name of spaces": (Flaw.ODD_NAME, _named("   ")),
    "name with a line break": (Flaw.ODD_NAME, _named("a\nb.json")),
    "name that turns its direction": (Flaw.ODD_NAME, _named("a\u202enosj.exe")),
    "very long name": (Flaw.WITHOUT_HASH, _named("x" * 60_000)),
    "link": (Flaw.LINK, _made(attributes=0o120777 << 16)),
    "device": (Flaw.LINK, _made(attributes=0o020666 << 16)),
    "name twice": (Flaw.NAMED_TWICE, _made(members(usual())[0])),
    "name twice in other letters": (Flaw.NAMED_TWICE, _named("sha.TXT")),
    "zip in the zip": (Flaw.NESTED, _file(crypto([]) + b" ", "more.zip")),
    "zip called JSON": (Flaw.NESTED, _file(aes({"a": b"b"}))),
    "encrypted names": (Flaw.HIDDEN_NAMES, _made(flags=0x2801)),
    "strong encryption": (Flaw.HIDDEN_NAMES, _made(flags=0x841)),
    "LZMA": (Flaw.OTHER_METHOD, _made(method=14)),
    "Deflate64": (Flaw.OTHER_METHOD, _made(method=9)),
    "unknown method": (Flaw.OTHER_METHOD, _made(method=77)),
    "unprotected": (Flaw.UNPROTECTED, _made(flags=0x800)),
    "one file unprotected": (Flaw.UNPROTECTED, _made(Member(b"x.json", b"{}", flags=0x800))),
    "another password": (Flaw.WRONG_PASSWORD, lambda: aes(hashed(usual()), "other")),
    "another password, ZipCrypto": (
        Flaw.WRONG_PASSWORD,
        lambda: crypto(members(hashed(usual())), b"other"),
    ),
    "password with a space": (Flaw.WRONG_PASSWORD, lambda: aes(hashed(usual()), PASSWORD + " ")),
    "password that seems right": (
        Flaw.BROKEN,
        lambda: crypto(members(hashed(usual())), _like_the_password()),
    ),
    "AES of no strength": (Flaw.BROKEN, lambda: _wrong_aes(9)),
    "one bit turned": (Flaw.BROKEN, _flipped(0.0)),
    "another bit turned": (Flaw.BROKEN, _flipped(0.9)),
    "no SHA.txt": (Flaw.NO_HASHES, lambda: crypto(_without("SHA.txt"))),
    "SHA.txt of no hashes": (Flaw.BAD_HASH_LINE, _listed(b"a.json,123\n")),
    "SHA.txt without commas": (Flaw.BAD_HASH_LINE, _listed(b"a.json " + b"0" * 64)),
    "SHA.txt without a name": (Flaw.BAD_HASH_LINE, _listed(b"," + b"0" * 64)),
    "SHA.txt in other bytes": (Flaw.NO_UTF8, _listed(bytes(range(128, 256)))),
    "SHA.txt names a file twice": (Flaw.HASH_TWICE, _listed(_hash_lines(NAME, NAME.upper()))),
    "empty SHA.txt": (Flaw.WITHOUT_HASH, _listed(b"")),
    "file without a hash": (Flaw.WITHOUT_HASH, _named("more.json")),
    "hash without a file": (
        Flaw.WITHOUT_FILE,
        _listed(hashes(usual()) + b"\n" + _hash_lines("基本資料.json")),
    ),
    "file is missing": (Flaw.WITHOUT_FILE, lambda: crypto(_without(NAME))),
    "a changed file": (Flaw.HASH_DIFFERS, _changed_file),
    "hashes of zeros": (Flaw.HASH_DIFFERS, _listed(_hash_lines(*usual()))),
    "JSON in Big5": (Flaw.NO_UTF8, _file('{"課程學習成果": []}'.encode("cp950"))),
    "JSON in UTF-16": (Flaw.NO_UTF8, _file('{"課程學習成果": []}'.encode("utf-16"))),
    "JSON of nothing": (Flaw.NO_JSON, _json("")),
    "JSON cut off": (Flaw.NO_JSON, _json('{"課程學習成果": [')),
    "JSON with half a character": (Flaw.NO_JSON, _json('{"課程學習成果": ["\\ud800"]}')),
    "JSON that is no number": (Flaw.NO_JSON, _json('{"課程學習成果": [NaN]}')),
    "JSON 10,000 deep": (Flaw.TOO_DEEP, _json(_deep(10_000))),
    "JSON a million deep": (Flaw.TOO_DEEP, _json(_deep(1_000_000 // 2))),
    "JSON that is a list": (Flaw.WRONG_SHAPE, _json("[]")),
    "JSON that is a text": (Flaw.WRONG_SHAPE, _json('"課程學習成果"')),
    "part that is no list": (Flaw.WRONG_SHAPE, _json('{"課程學習成果": {"a": 1}}')),
    "pupil that is a text": (Flaw.WRONG_SHAPE, _people("A123456789")),
    "sheet that is a text": (Flaw.WRONG_SHAPE, _people(person({"學期課程學習成果": "一列"}))),
    "pupil without identity": (Flaw.NO_PERSON, _people({"出生日期": "0970503"})),
    "pupil without birth date": (Flaw.NO_PERSON, _people(person({}, born=""))),
    "identity that is a list": (Flaw.NO_PERSON, _people({"身分證號": [], "出生日期": "1"})),
    "two parts in one file": (Flaw.SEVERAL_PARTS, _json('{"課程學習成果": [], "多元表現": []}')),
    "no part at all": (Flaw.NO_PART, _json('{"其他": []}')),
}


def _like_the_password() -> bytes:
    """Return a password whose check of one byte is that of the right one: one of 256 is."""
    from bot.imports.packages.refusals import PackageRefused
    from bot.imports.packages.unpacking import unpacked

    usually = members(hashed(usual()))
    for number in range(5_000):
        other = str(number).encode()
        try:
            list(unpacked(crypto(usually[:1], other), PASSWORD))
        except PackageRefused as refused:
            if refused.why is not Flaw.WRONG_PASSWORD:
                return other
    raise AssertionError
