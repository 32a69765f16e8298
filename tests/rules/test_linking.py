"""Joining codes: made to be read from paper, forgiving in what is typed, good once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import CodeRefused
from models.rules.linking import (
    ALPHABET,
    LENGTH,
    check_agreement,
    check_usable,
    digest_of,
    looks_like_code,
    make_code,
    masked,
    read_code,
    resembles_code,
)
from models.tables import LinkCode

NOW = datetime(2024, 9, 16, 2, 0, tzinfo=UTC)
CODES = (
    st.text(alphabet=ALPHABET, min_size=LENGTH, max_size=LENGTH)
    .filter(lambda code: any(sign.isdigit() for sign in code))
    .filter(lambda code: any(sign.isalpha() for sign in code))
)


def test_a_code_can_be_read_from_paper() -> None:
    """Nothing that is mistaken for something else, in two groups of five, and never twice."""
    codes = [make_code() for _ in range(2_000)]

    assert not set("0O1IL") & set(ALPHABET)
    assert all(len(code) == 11 and code[5] == "-" for code in codes)
    assert all(set(code) <= {*ALPHABET, "-"} for code in codes)
    assert len(set(codes)) == len(codes)


@given(CODES)
def test_a_code_is_understood_however_it_is_typed(code: str) -> None:
    """Case, width, spaces, dashes and a word before it make no difference."""
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    for typed in (
        code,
        code.lower(),
        f"{code[:5]}-{code[5:]}",
        f" {code[:5]} {code[5:]} ",
        f"{code[:5]}—{code[5:]}",
        wide,
        f"綁定 {code}",
        f"代碼：{code}",
        f"我的綁定代碼是 {code}",
        f"/start {code}",
        " ".join(code),
    ):
        assert read_code(typed) == code
        assert digest_of(typed, b"pepper") == digest_of(code, b"pepper")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "understand",
        "2345678923",
        "0912345678",
        "我的進度",
        "7KQ2M-XW9R",
        "7KQ2M-XW9RAA",
        "🙂" * 10,
    ],
)
def test_ordinary_words_are_no_codes(text: str) -> None:
    """A word, a telephone number or a command is not taken for a code."""
    assert not looks_like_code(text)
    with pytest.raises(CodeRefused):
        digest_of(text, b"pepper")


@pytest.mark.parametrize(
    "text",
    [
        "7KQ2M-XW9R",
        "7KQ2M-XW9RAA",
        "7kq2m xw9",
        "７ＫＱ２Ｍ－ＸＷ９Ｒ",
        "KQAMB-XWNRA",
        "KQAMB XWNRA",
        "kqamb-xwnra",
        "2345678923",
        "綁定 7KQ2M",
        "代碼：7KQ2MXW9",
        "老師給我 7KQ2M-XW9RA 這個",
    ],
)
def test_what_was_meant_as_a_code_is_noticed(text: str) -> None:
    """Signs too few or too many, no digit, no letter, or a sentence around it."""
    assert not looks_like_code(text)
    assert resembles_code(text)


@pytest.mark.parametrize(
    "text", ["", "understand", "thank you", "Good morning", "我的進度", "113-1", "7KQ", "🙂" * 10]
)
def test_what_is_only_said_is_no_broken_code(text: str) -> None:
    """A word, a greeting, a term or a picture."""
    assert not resembles_code(text)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Whatever is typed is either ten signs of a code or none."""
    code = read_code(text)

    assert resembles_code(text) in (True, False)
    assert code is None or (len(code) == LENGTH and code.isascii() and code.isalnum())


@given(CODES, CODES)
def test_the_stored_hash_depends_on_code_and_pepper(one: str, other: str) -> None:
    """Two codes or two peppers never share a hash."""
    assert (digest_of(one, b"a") == digest_of(other, b"a")) is (one == other)
    assert digest_of(one, b"a") != digest_of(one, b"b")


def code(**values: object) -> LinkCode:
    """Make a code that the chat 7 was the last to send."""
    facts: dict[str, object] = {
        "id": 1,
        "school_id": 1,
        "person_id": 1,
        "digest": "",
        "expires_at": NOW + timedelta(microseconds=1),
        "claimed_by_id": 7,
        "used_at": None,
    }
    return LinkCode(**(facts | values))  # type: ignore[arg-type]


def test_a_code_holds_until_it_is_used_or_over() -> None:
    """Its end is an exclusive instant; who sent it last may send it again."""
    fresh = code()

    assert check_usable(fresh, NOW) is fresh
    assert check_agreement(fresh, 7, NOW) is fresh


REFUSED = [None, code(used_at=NOW), code(expires_at=NOW), code(expires_at=NOW - timedelta(days=1))]


@pytest.mark.parametrize("held", REFUSED)
def test_unknown_used_and_expired_codes_are_refused_alike(held: LinkCode | None) -> None:
    """One refusal for all of them: nobody learns which codes exist."""
    with pytest.raises(CodeRefused):
        check_usable(held, NOW)
    with pytest.raises(CodeRefused):
        check_agreement(held, 7, NOW)


@pytest.mark.parametrize("claimed_by_id", [None, 8])
def test_only_the_chat_that_sent_the_code_may_agree(claimed_by_id: int | None) -> None:
    """A yes from another chat is worth nothing."""
    with pytest.raises(CodeRefused):
        check_agreement(code(claimed_by_id=claimed_by_id), 7, NOW)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("林語彤", "林○彤"), ("林彤", "林○"), ("歐陽小美", "歐○○美"), ("彤", "彤○")],
)
def test_a_name_is_masked_until_the_chat_is_linked(name: str, shown: str) -> None:
    """Whoever found a code does not learn whose it is."""
    assert masked(name) == shown
