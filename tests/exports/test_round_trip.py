"""What a name list writes is what is read back: every character of every cell, in each form."""

import csv
import io
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from bot.exports.columns import BadMap, Formulas, load
from bot.exports.exactly import MOST_SHOWN, Exactly
from bot.exports.identities import read
from bot.exports.writing import CsvWriter, XlsxWriter
from bot.imports.cells import MissingColumns
from bot.imports.reading import read as read_file
from bot.imports.samples import write as write_samples
from bot.imports.sheets import Sheet
from models.rules.namelists.cells import Calendar, begins_a_formula, tidy
from models.rules.namelists.identities import Found, Gap, Identity, is_sound
from models.rules.namelists.lists import Batch

HEADINGS = ["身分證號", "成果簡述"]
AS_IS = '[writing]\nformulas = "as_is"\n'

rare = st.sampled_from("堃喆峯煊邨𠝹𠮷𡘙𪜶㗎０１９ａ　（）、。=+-@'\",\n\r\t_x")
cells = st.one_of(
    st.text(rare, max_size=12),
    st.from_regex(r"0[0-9]{1,8}", fullmatch=True),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
rows = st.lists(st.tuples(cells, cells).map(lambda row: [tidy(each) for each in row]), max_size=5)


@settings(max_examples=15, deadline=None)
@given(rows)
@example([["_x000D_", "a_x005F_b"], ["A1", "=1+1"], ["", ""], ["007", "1/2"]])
def test_a_workbook_reads_back_cell_for_cell(written: list[list[str]]) -> None:
    """CJK Extension B, full-width digits, leading zeros, line breaks, what looks like a formula."""
    with TemporaryDirectory() as folder:
        with XlsxWriter(Path(folder), "list") as writer:
            writer.begin("學期課程學習成果", HEADINGS)
            for row in written:
                writer.row(row)
        sheet = CalamineWorkbook.from_path(str(writer.files[0])).get_sheet_by_index(0)
        found = sheet.to_python(skip_empty_area=False)
    while written and not any(written[-1]):
        written = written[:-1]  # rows of nothing at the end are no rows
    assert found[: len(written) + 1] == [HEADINGS, *written]


@settings(max_examples=25, deadline=None)
@given(rows, st.sampled_from(["utf-8", "cp950"]))
def test_csv_reads_back_cell_for_cell_or_says_what_does_not_fit(
    written: list[list[str]], encoding: str
) -> None:
    """In Big5 either every character stands in the file, or each that does not was told."""
    exactly = Exactly(load(AS_IS), encoding)
    with TemporaryDirectory() as folder:
        with CsvWriter(Path(folder), "list", encoding=encoding, fit=exactly.fit) as writer:
            writer.begin("學期課程學習成果", HEADINGS)
            for row in written:
                writer.row(row)
        raw = writer.files[0].read_bytes()
    text = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    found = list(csv.reader(io.StringIO(text, newline="")))
    lacking = {each for row in written for cell in row for each in cell if not _in_big5(each)}
    told = {unfit.character for unfit in exactly.unfit}
    assert told == (lacking if encoding == "cp950" else set())
    if not told:
        assert found == [HEADINGS, *written]


def _in_big5(character: str) -> bool:
    try:
        character.encode("cp950")
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize("first", "=+-@\t\n＝－")
def test_a_cell_like_a_formula_is_told_unless_the_school_chose(first: str) -> None:
    """As it is, or behind an apostrophe; many are counted, and some of them shown."""
    text = f"{first}1"
    assert begins_a_formula(text)
    refusing = Exactly(load(), "utf-8")
    for row in range(MOST_SHOWN + 5):
        refusing.fit(text, "作品成果紀錄", row, "名稱")
    assert (len(refusing.unfit), refusing.unfit_count) == (MOST_SHOWN, MOST_SHOWN + 5)
    for choice, written in ((Formulas.AS_IS, text), (Formulas.APOSTROPHE, f"'{text}")):
        choosing = Exactly(load(f'[writing]\nformulas = "{choice}"'), "utf-8")
        assert choosing.fit(text, "作品成果紀錄", 2, "名稱") == written
        assert not choosing.unfit_count


def test_a_school_changes_headings_codes_and_ways_of_writing_without_touching_code() -> None:
    """Only what its file names differs."""
    own = (
        '[writing]\ndays = "gregorian"\n[instead]\n"堃" = "坤"\n'
        '[lists.outcomes]\nname = "成果名冊"\ncodes = { regular = "126" }\n'
        "[lists.outcomes.sheets.semester.columns]\n"
        'identity = "證號"\n"選修別|course" = "科目"\n'
    )
    changed, standard = load(own), load()
    outcomes = changed.lists["outcomes"]
    assert (changed.calendar, changed.instead) == (Calendar.GREGORIAN, {"堃": "坤"})
    assert (outcomes.name, outcomes.codes[Batch.REGULAR], outcomes.codes[Batch.FIRST]) == (
        "成果名冊",
        "126",
        "36",
    )
    assert outcomes.sheets[0].columns == ((("identity",), "證號"), (("選修別", "course"), "科目"))
    assert outcomes.sheets[1:] == standard.lists["outcomes"].sheets[1:]
    assert changed.lists["officers"] == standard.lists["officers"]


@pytest.mark.parametrize(
    ("own", "line", "place"),
    [
        ("\n[writing]\ndays = 3", 3, "writing.days"),
        ('[writing]\n\ndays = "lunar"', 3, "writing.days"),
        ('[writing]\nformulas = "run"', 2, "writing.formulas"),
        ('[instead]\n"堃堃" = "坤"', 2, "instead.堃堃"),
        ("[lists.grades]", 1, "lists.grades"),
        ('[lists.outcomes]\nname = "../名冊"', 2, "lists.outcomes.name"),
        ('[lists.officers]\npart = "grade"', 2, "lists.officers.part"),
        (
            '[lists.outcomes.sheets.semester]\ntitle = "重修課程學習成果"',
            2,
            "lists.outcomes.sheets.semester.title",
        ),
        (
            '[lists.officers.sheets.records.columns]\nunit = "單位"\nunti = "單位名稱"',
            3,
            "lists.officers.sheets.records.columns.unti",
        ),
        (
            '[lists.officers.sheets.records.columns]\nunit = "單位"\nrank = "單位"',
            1,
            "lists.officers.sheets.records.columns",
        ),
        (
            '[lists.officers.sheets.records.columns]\nunit = ""',
            2,
            "lists.officers.sheets.records.columns.unit",
        ),
        ("[writing\n", 1, "TOML"),
    ],
)
def test_a_mistake_in_a_schools_own_file_is_told_with_its_line_and_place(
    own: str, line: int, place: str
) -> None:
    """Whoever wrote it sees where to look."""
    with pytest.raises(BadMap) as mistake:
        load(own)
    assert (mistake.value.line, mistake.value.place) == (line, place)


def test_identities_are_read_in_either_calendar_and_any_width() -> None:
    """Full-width digits and letters, spaces, numbers that lost a zero; bad rows say why."""
    sheet = Sheet(
        "",
        [
            ["名單"],
            ["學號", "身分證字號", "出生年月日"],
            ["000001", " ａ１２３４５６７８９ ", "97/5/3"],
            [2, "B123456780", "970503"],
            ["000003", "C123456781", 20080503],
            ["000004", "D123456780", "2008-05-03"],
            ["000005", "", "97/5/3"],
            ["000006", "E123456783", "昨天"],
            ["", "F123456784", "97/5/3"],
            ["000007", "F123456784", "030508"],
        ],
    )
    found = read([sheet], load().identities)
    born = date(2008, 5, 3)
    assert found.found == {
        "000001": Found(3, Identity("A123456789", born)),
        "2": Found(4, Identity("B123456780", born)),
        "000003": Found(5, Identity("C123456781", born)),
        "000004": Found(6, None, Gap.WRONG_NUMBER),
        "000005": Found(7, None, Gap.INCOMPLETE),
        "000006": Found(8, None, Gap.WRONG_DAY),
        "000007": Found(10, None, Gap.WRONG_DAY),
    }
    assert found.of("000002") is Gap.LOST_ZERO


def test_a_file_without_the_columns_is_no_file_of_identities() -> None:
    """What is missing is said as it is usually called."""
    with pytest.raises(MissingColumns) as missing:
        read([Sheet("", [["學號", "姓名"]])], load().identities)
    assert missing.value.columns == ["身分證號", "出生日期"]


def test_the_sample_of_identities_is_of_nobody_and_reads_as_it_is(tmp_path: Path) -> None:
    """Each number is sound, and different."""
    write_samples(tmp_path, today=date(2024, 10, 12))
    file = tmp_path / "identities.xlsx"
    found = read(read_file(file), load().identities).found.values()
    numbers = {each.identity.number for each in found if each.identity}
    assert len(numbers) == len(found) == 12
    assert all(is_sound(number) and number.startswith("Y9") for number in numbers)
