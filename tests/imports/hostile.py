"""Files that mean harm, or are broken in the ways that files get broken; all made on the spot."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType='
    '"application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{SPREADSHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{SPREADSHEET}.worksheet+xml"/>'
    "</Types>"
)
LINKS = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
)
ROOT = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
    f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
CELL = '<row r="1"><c r="A1" t="inlineStr"><is><t>學號</t></is></c></row>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))

Parts = dict[str, bytes]
Make = Callable[[], bytes]


def sheet(rows: str = CELL, head: str = "") -> bytes:
    """Return a worksheet part."""
    return f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def parts(**more: bytes) -> Parts:
    """Return the parts of a small, honest workbook; `more` replaces its `sheet`."""
    return {
        "[Content_Types].xml": TYPES.encode(),
        "_rels/.rels": ROOT.encode(),
        "xl/workbook.xml": WORKBOOK.encode(),
        "xl/_rels/workbook.xml.rels": LINKS.encode(),
        "xl/worksheets/sheet1.xml": more.get("sheet", sheet()),
    }


def packed(content: Parts, *, level: int = 9) -> bytes:
    """Return parts as a zip."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as file:
        for name, data in content.items():
            file.writestr(name, data)
    return out.getvalue()


def lying(content: bytes, size: int) -> bytes:
    """Return a zip whose directory claims another unpacked size for every part."""
    out = bytearray(content)
    at = out.find(b"PK\x01\x02")
    while at >= 0:
        out[at + 24 : at + 28] = struct.pack("<I", size)
        at = out.find(b"PK\x01\x02", at + 4)
    at = out.find(b"PK\x03\x04")
    while at >= 0:
        out[at + 22 : at + 26] = struct.pack("<I", size)
        at = out.find(b"PK\x03\x04", at + 4)
    return bytes(out)


def many_rows(count: int) -> bytes:
    """Return a sheet of equal rows: large unpacked, tiny in the zip."""
    return sheet('<row><c t="inlineStr"><is><t>學號學號學號學號</t></is></c></row>' * count)


def _named(name: str) -> Make:
    return lambda: packed(parts() | {name: b"x"})


def _sheet(rows: str, head: str = "") -> Make:
    return lambda: packed(parts(sheet=sheet(rows, head)))


def _part(name: str, data: bytes) -> Make:
    return lambda: packed(parts() | {name: data})


def _without(name: str) -> Make:
    return lambda: packed({key: data for key, data in parts().items() if key != name})


def _cut(share: float) -> Make:
    return lambda: packed(parts())[: int(len(packed(parts())) * share)]


def _flipped(seed: int) -> bytes:
    data = bytearray(packed(parts()))
    for step in range(12):
        data[(seed * 97 + step * 31) % len(data)] ^= 1 << (step % 8)
    return bytes(data)


def _twice() -> bytes:
    inner = packed(parts())
    return inner + inner[10:]


def _encrypted() -> bytes:
    data = bytearray(packed(parts()))
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def _nested(depth: int) -> str:
    return "<c>" * depth + "</c>" * depth


DTD = f"<!DOCTYPE worksheet [{LAUGHS}]>"
OUTSIDE = '<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE worksheet [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>'
LATE = " " * 5_000
CELL_OF = '<row r="1"><c r="A1" t="{}"><v>{}</v></c></row>'
FORMULA = '<row r="1"><c r="A1"><f>{}</f><v>1</v></c></row>'


def _far(place: str) -> str:
    return f'{CELL}<row><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>'


FILES: dict[str, Make] = {
    "100 MB of rows": lambda: packed(parts(sheet=many_rows(1_500_000))),
    "bomb beside the sheet": _part("xl/media/bomb.bin", bytes(40_000_000)),
    "bomb of shared strings": _part("xl/sharedStrings.xml", b"<sst>" + b" " * 40_000_000),
    "bomb with a lying size": lambda: lying(packed(parts(sheet=many_rows(1_500_000))), 5_000),
    "sizes of zero": lambda: lying(packed(parts()), 0),
    "sizes of four gigabytes": lambda: lying(packed(parts()), 0xFFFFFFFE),
    "zip in a zip in a zip": _part("xl/a.zip", packed({"b.zip": packed({"c": bytes(10_000_000)})})),
    "five thousand parts": lambda: packed(
        parts() | {f"xl/p{n}.xml": b"<a/>" for n in range(5_000)}
    ),
    "parent folder": _named("../../evil.xml"),
    "parent folder within": _named("xl/../../evil"),
    "absolute name": _named("/etc/cron.d/evil"),
    "backslashes": lambda: packed(parts()).replace(
        b"xl/worksheets/sheet1.xml", b"xl\\worksheets/sheet1.xml"
    ),
    "drive letter": _named("C:/evil.xml"),
    "name of spaces": _named("   "),
    "very long name": _named("x" * 60_000),
    "billion laughs": _sheet('<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>', DTD),
    "billion laughs in the workbook": _part("xl/workbook.xml", DTD.encode() + WORKBOOK.encode()),
    "billion laughs in shared strings": _part(
        "xl/sharedStrings.xml", f"{DTD}<sst><si><t>&l9;</t></si></sst>".encode()
    ),
    "laughs after a long gap": _sheet(
        '<row><c t="inlineStr"><is><t>&l9;</t></is></c></row>', LATE + DTD
    ),
    "laughs in UTF-16": lambda: packed(parts(sheet=(DTD + sheet().decode()).encode("utf-16"))),
    "file from outside": _sheet('<row><c t="inlineStr"><is><t>&x;</t></is></c></row>', OUTSIDE),
    "address from outside": _sheet(CELL, PARAMETER),
    "link to another workbook": _part(
        "xl/externalLinks/externalLink1.xml",
        b'<externalLink><externalBook r:id="rId1"/></externalLink>',
    ),
    "link to a share": _part(
        "xl/externalLinks/_rels/externalLink1.xml.rels",
        rb'<Relationships><Relationship Target="file://\\evil\share\x.xlsx" TargetMode="External"/>'
        rb"</Relationships>",
    ),
    "sheet that lies outside": _part(
        "xl/_rels/workbook.xml.rels", LINKS.replace("worksheets/", "../../../etc/").encode()
    ),
    "sheet at an address": _part(
        "xl/_rels/workbook.xml.rels",
        LINKS.replace("worksheets/sheet1.xml", "http://127.0.0.1:9/x.xml").encode(),
    ),
    "sheet that is the workbook": _part(
        "xl/_rels/workbook.xml.rels", LINKS.replace("worksheets/sheet1", "workbook").encode()
    ),
    "macro": _part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(5_000)),
    "query to a database": _part("xl/connections.xml", b"<connections><connection/></connections>"),
    "formula with DDE": _sheet(FORMULA.format("cmd|'/c calc'!A0")),
    "formula of an address": _sheet(FORMULA.format('WEBSERVICE("http://127.0.0.1:9")')),
    "formula of a million brackets": _sheet(FORMULA.format("(" * 1_000_000)),
    "cell in the last corner": _sheet(_far("XFD1048576")),
    "cell beyond the last corner": _sheet(_far("ZZZZZZ99999999")),
    "cell in row zero": _sheet(_far("A0")),
    "cell without a number": _sheet(_far("A")),
    "cell in row minus one": _sheet(_far("A-1")),
    "last row only": _sheet(_far("A1048576")),
    "dimension of everything": _sheet(CELL, '<dimension ref="A1:XFD1048576"/>'),
    "shared string that is not there": _sheet(CELL_OF.format("s", 4_000_000_000)),
    "shared string minus one": _sheet(CELL_OF.format("s", -1)),
    "number that is none": _sheet(CELL_OF.format("n", "1e999")),
    "number not a number": _sheet(CELL_OF.format("n", "nan")),
    "day before time": _sheet(CELL_OF.format("d", "-9999-13-45")),
    "boolean seven": _sheet(CELL_OF.format("b", 7)),
    "unknown type": _sheet(CELL_OF.format("zz", 7)),
    "text of ten million characters": _sheet(
        f'<row><c t="inlineStr"><is><t>{"學" * 10_000_000}</t></is></c></row>'
    ),
    "nested a hundred thousand deep": _sheet(_nested(100_000)),
    "million attributes": _sheet("<row " + " ".join(f'a{n}="1"' for n in range(200_000)) + "/>"),
    "three thousand sheets": _part(
        "xl/workbook.xml",
        WORKBOOK.replace(
            "</sheets>",
            "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="rId1"/>' for n in range(2, 3_000))
            + "</sheets>",
        ).encode(),
    ),
    "sheet cut in the middle": lambda: packed(parts(sheet=sheet()[:-40])),
    "sheet of other bytes": lambda: packed(parts(sheet=bytes(range(256)) * 50)),
    "empty sheet part": lambda: packed(parts(sheet=b"")),
    "no workbook": _without("xl/workbook.xml"),
    "no relations": _without("xl/_rels/workbook.xml.rels"),
    "no sheet": _without("xl/worksheets/sheet1.xml"),
    "no parts at all": lambda: packed({}),
    "document of another program": lambda: packed({"word/document.xml": b"<w/>"}),
    "part of the same name twice": _twice,
    "marked as encrypted": _encrypted,
    "old workbook": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_096),
    "cut at a third": _cut(0.33),
    "cut at nine tenths": _cut(0.9),
    "two letters": lambda: b"PK",
    "nothing": lambda: b"",
    "only a mark": lambda: b"\xef\xbb\xbf",
    "zero bytes": lambda: bytes(1_000_000),
    "random bytes": lambda: bytes((n * n * 31 + n // 7) % 256 for n in range(200_000)),
    "PDF": lambda: b"%PDF-1.7\n" + bytes(5_000),
    "web page": lambda: b"<html><script>alert(1)</script></html>",
    "gzip bomb": lambda: b"\x1f\x8b\x08" + bytes(1_000),
    "CSV of one quote": lambda: b'"' + b"a" * 5_000_000,
    "CSV of commas": lambda: b"," * 5_000_000,
    "CSV of empty rows": lambda: b"a,b\n" * 1_000_000,
    "CSV with zero bytes": "學號,姓名\n01,小\0美\n".encode,
    "UTF-16 with half a character": lambda: "學號,姓名\n".encode("utf-16") + b"\x00",
    "UTF-16 with lone surrogates": lambda: (
        b"\xff\xfe" + struct.pack("<4H", 0xD800, 0x2C, 0xD800, 0x0A)
    ),
}
FILES |= {f"flipped bits {seed}": partial(_flipped, seed) for seed in range(8)}
