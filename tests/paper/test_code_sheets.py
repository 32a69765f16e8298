"""Code sheets: slips with name, code and QR, ten a page, and the same as CSV."""

import csv
import io
import re
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest

from bot.paper.code_sheets import Account, Slip, code_list, code_sheet
from bot.paper.printing import Press, qr_code
from handlers.words import Words
from models.rules.linking import make_code, read_code
from tests.paper.reading import A4, pages, sizes
from tests.support.cast import taipei

ACCOUNT = Account("國立草屯高級商工職業學校", "@bell")
BOTH = replace(ACCOUNT, telegram="@caotun_bell_bot")
OVER = taipei(2024, 10, 1)


def slips(count: int, name: str = "林語彤") -> list[Slip]:
    """Make slips of a class."""
    return [Slip(name, f"11200{n:02}", "201", n, make_code()) for n in range(1, count + 1)]


@pytest.mark.parametrize(("people", "sheets"), [(1, 1), (10, 1), (11, 2), (40, 4)])
def test_ten_slips_fill_an_a4_page(press: Press, words: Words, people: int, sheets: int) -> None:
    """Each slip is whole on one page."""
    made = slips(people)

    pdf = code_sheet(press, made, title="201 班", account=ACCOUNT, expires_at=OVER, words=words)

    read = pages(pdf)
    assert len(read) == sheets
    assert sizes(pdf) == {A4}
    for index, slip in enumerate(made):
        assert f"201班{slip.seat}號{slip.name}{slip.code}" in read[index // 10]


def test_a_slip_says_what_to_do_and_until_when(press: Press, words: Words) -> None:
    """Three lines, the account to add by hand, and the last day."""
    pdf = code_sheet(press, slips(1), title="201 班", account=ACCOUNT, expires_at=OVER, words=words)

    (read,) = pages(pdf)
    for said in ("掃描QRCode", "在LINE加@bell為好友", "同意並綁定", "有效至113/9/30（一）"):
        assert said in read
    assert "國立草屯高級商工職業學校" in read


@pytest.mark.parametrize(
    "name",
    [
        "許功蓋",
        "堃喆峯煊邨",
        "#let *x* <b> $y$ [z] _u_ @v",
        "Nguyễn Thị Minh Khai Trần Lê Phương Anh",
        "伊斯坦大．貝雅夫．正福．瓦歷斯．諾幹",
    ],
)
def test_any_name_is_printed_as_it_is(press: Press, words: Words, name: str) -> None:
    """Long names become smaller; signs of the typesetter are only signs."""
    made = slips(1, name)

    pdf = code_sheet(press, made, title="201 班", account=ACCOUNT, expires_at=OVER, words=words)

    (read,) = pages(pdf)
    assert "".join(name.split()) in read
    assert made[0].code in read


def test_the_qr_code_opens_the_chat_with_the_code_typed_in() -> None:
    """LINE's address for a chat with a text; the text is read as the code."""
    code = make_code()

    address = ACCOUNT.line_address(code)

    parts = urlsplit(address)
    assert address.startswith("https://line.me/R/oaMessage/%40bell/?")
    assert unquote(parts.path) == "/R/oaMessage/@bell/"
    assert read_code(unquote(parts.query)) == code.replace("-", "")
    assert qr_code(address) != qr_code(ACCOUNT.line_address(make_code()))


def test_the_second_qr_code_starts_the_bot_with_the_code() -> None:
    """Telegram's deep link; what it hands to the bot is read as the code."""
    code = make_code()

    address = BOTH.telegram_address(code)

    parts = urlsplit(address)
    assert (parts.netloc, parts.path) == ("t.me", "/caotun_bell_bot")
    payload = parts.query.removeprefix("start=")
    assert read_code(payload) == code.replace("-", "")
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", payload)


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (BOTH, ("LINE按「傳送」，Telegram按「開始」", "@bell", "@caotun_bell_bot")),
        (replace(BOTH, line=""), ("在Telegram按「開始」", "或在Telegram找@caotun_bell_bot")),
    ],
    ids=["both", "telegram"],
)
def test_a_slip_speaks_of_the_apps_that_the_school_has(
    press: Press, words: Words, account: Account, said: tuple[str, ...]
) -> None:
    """Still three lines, and ten slips a page; the list has an address for each."""
    made = slips(10)

    pdf = code_sheet(press, made, title="201 班", account=account, expires_at=OVER, words=words)
    listed = code_list(made, account=account, expires_at=OVER, words=words).decode("utf-8-sig")

    (read,) = pages(pdf)
    for text in (*said, "同意並綁定", made[9].code):
        assert text in read
    heads, row, *_ = csv.reader(io.StringIO(listed))
    assert heads[6:] == [f"{app} 連結" for app in account.addresses("")]
    assert row[6:] == list(account.addresses(made[0].code).values())


def test_the_list_opens_in_a_spreadsheet_and_holds_no_formula(words: Words) -> None:
    """UTF-8 with its mark; a name that begins like a formula is text."""
    made = [*slips(2), Slip("=HYPERLINK(1)", "T01", "", 0, make_code())]

    content = code_list(made, account=ACCOUNT, expires_at=OVER, words=words)

    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    assert rows[0][:5] == ["班級", "座號", "學號", "姓名", "綁定代碼"]
    assert rows[1][:5] == ["201", "1", "1120001", "林語彤", made[0].code]
    assert rows[3][:4] == ["", "", "T01", "'=HYPERLINK(1)"]


def test_a_slip_does_not_tell_its_code_to_a_log() -> None:
    """Whatever prints one by accident prints no name and no code."""
    assert repr(slips(1)) == "[Slip(…)]"
