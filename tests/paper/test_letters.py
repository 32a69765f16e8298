"""Letters through the commands, on both databases: printed, posted, and slips that came back."""

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from bot.clock import SystemClock
from models.rules.letters import shown_code
from models.tables import (
    AuditEntry,
    ChatAccount,
    Confirmation,
    Delivery,
    Letter,
    LinkCode,
    Notice,
    Person,
    Query,
    ReceiptLine,
    ReceiptStatement,
)
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, QueryReason
from tests.paper.office import OFFICE, Office, listed
from tests.paper.reading import A4, pages, sizes
from tests.support.cast import taipei

KEY = "a secret key that only the tests use"
NOW = taipei(2024, 10, 10, 9)


class Clock:
    """The time in these tests."""

    now = NOW


@pytest.fixture
def clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give a clock that stands in the second day of the receipt window, in an empty folder."""
    found = Clock()
    monkeypatch.setenv("BOT_SECRET_KEY", KEY)
    monkeypatch.setattr(SystemClock, "now", lambda _self: found.now)
    monkeypatch.chdir(tmp_path)
    return found


@pytest.fixture
def office(database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give a terminal on either database."""
    assert clock.now == NOW
    return _office(database_url, monkeypatch)


@pytest.fixture
def lite(sqlite_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Give a terminal on SQLite, where the database makes no difference."""
    assert clock.now == NOW
    return _office(sqlite_url, monkeypatch)


def _office(url: str, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("BOT_DATABASE_URL", url.replace("+aiosqlite", ""))
    return Office(url)


def test_a_letter_goes_from_print_to_post_to_the_answer_on_its_slip(
    office: Office, clock: Clock
) -> None:
    """The list, the ledger, the receipt and the audit say the same at every step."""
    people = office.cast.people
    printed = office.print()
    assert printed.exit_code == 0, printed.output
    assert "2 封信" in printed.output
    assert office.rows(Delivery) == []
    codes = {name: office.code_of(name) for name in ("阿明", "小華")}
    rows = listed(Path("out"))
    assert [(row[0], row[3], row[4], row[6]) for row in rows[1:]] == [
        (shown_code(codes[name]), office.number(name), name, why)
        for name, why in (("阿明", "尚未綁定"), ("小華", "已離校"))
    ]

    again = office.print("--list-as", "csv")
    assert "先前印過" in again.output
    assert {each.code for each in office.rows(Letter)} == set(codes.values())
    assert "阿明" in Path("out/letters_寄件清單.csv").read_text("utf-8-sig")

    clerk = office.number("註冊組")
    clock.now = taipei(2024, 10, 11, 9)
    posted = office.paper("posted", "--all", "--term", "112-2", "--on", "113/10/10", "--by", clerk)
    assert posted.exit_code == 0, posted.output
    left = [each for each in office.rows(Delivery) if each.channel == "paper"]
    assert {(each.state, each.reason, each.free, each.account_id) for each in left} == {
        (DeliveryState.ACCEPTED, "posted", True, None)
    }
    told = [each for each in office.rows(Notice) if each.occasion.startswith("letter/")]
    assert {(each.state, each.kind, each.required) for each in told} == {
        (NoticeState.TOLD, NoticeKind.RECEIPT_OPENED, True)
    }
    assert {each.delivery_id for each in told} == {each.id for each in left}
    seen = json.loads(office.paper("overview", "--term", "112-2", "--format", "json").output)
    assert seen["to_tell"] == []
    assert {each["how"] for each in seen["letters"]} == {"posted"}
    assert "沒有要印的信" in office.print().output

    entered = office.paper("returned", codes["阿明"].lower(), codes["小華"], "--by", clerk)
    assert entered.exit_code == 0, entered.output
    assert [each.person_id for each in office.rows(Confirmation)] == [
        people["阿明"].id,
        people["小華"].id,
    ]
    said = [each for each in office.rows(AuditEntry) if each.deed == "confirmed receipt"]
    assert [(each.actor_id, each.person_id, each.via) for each in said] == [
        (people["註冊組"].id, people[name].id, "paper") for name in ("阿明", "小華")
    ]
    heard = [each for each in office.rows(Notice) if each.kind is NoticeKind.SLIP_ENTERED]
    assert {each.person_id for each in heard} == {people["阿明"].id, people["小華"].id}
    twice = office.paper("returned", codes["阿明"], "--by", clerk)
    assert twice.exit_code == 1
    assert "已經" in twice.output
    assert "回條已登錄" in office.paper("overview", "--term", "112-2").output


def test_a_letter_has_all_that_its_reader_needs(lite: Office) -> None:
    """The statement, the date, what silence means, the clauses, the ways, the slip; rare signs."""
    lite.change(Person, lite.cast.people["小華"].id, name="王大𠮷")
    lite.change(ReceiptLine, lite.rows(ReceiptLine)[0].id, title="堃喆峯煊邨的故事")
    Path("addresses.csv").write_text(
        f"學號,郵遞區號,地址\n{lite.number('小華')},542,=南投縣草屯鎮墩煌路三段188號\n", "utf-8"
    )

    said = lite.print("--each", "--addresses", "addresses.csv")

    assert said.exit_code == 0, said.output
    assert f"沒有這 1 人的地址：{lite.number('阿明')}" in said.output
    gone = Path(f"out/letters-202-{lite.number('小華')}.pdf")
    here = Path(f"out/letters-201-{lite.number('阿明')}.pdf")
    assert {stat.S_IMODE(each.stat().st_mode) for each in Path("out").iterdir()} == {0o600}
    text, other = ("".join(pages(each.read_bytes())) for each in (gone, here))
    for part in (
        *("王大𠮷", "小說改寫", "科展", "113/10/14（一）", "還有4天", "視為已確認", "第6點"),
        *("第五點（三）", "回條", "少了一筆", "修課紀錄", "542", "墩煌路三段188號", OFFICE),
        shown_code(lite.code_of("小華")),
    ):
        assert part in text, part
    assert "QR" not in text
    for part in ("阿明同學收", "同意並綁定", "不確定", shown_code(lite.code_of("阿明"))):
        assert part in other, part
    assert "王大𠮷" not in other
    assert sizes(gone.read_bytes()) == {A4}
    assert [each.person_id for each in lite.rows(LinkCode)] == [lite.cast.people["阿明"].id]
    read = PdfReader(io.BytesIO(here.read_bytes()))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "zh-TW"
    assert read.metadata is not None
    assert read.metadata.title == "收訖明細確認通知"


def test_who_is_meant_can_be_chosen(lite: Office, clock: Clock) -> None:
    """Only who has left, only who is here, a class with those who were reached as well."""
    for option, names in (("--departed", {"小華"}), ("--unreached", {"阿明"})):
        assert lite.print(option).exit_code == 0
        assert {row[4] for row in listed(Path("out"))[1:]} == names
    lite.print("--class", "201")
    assert [row[4] for row in listed(Path("out"))[1:]] == ["小美", "阿明"]
    clock.now = taipei(2024, 10, 15)
    assert "沒有要印的信" in lite.print().output


def test_a_day_before_the_end_who_did_not_react_is_on_the_list(lite: Office, clock: Clock) -> None:
    """小美 has an open chat and has heard of nothing that we could prove."""
    assert lite.number("小美") not in lite.paper("overview", "--term", "112-2").output
    clock.now = taipei(2024, 10, 14)
    assert lite.number("小美") in lite.paper("overview", "--term", "112-2").output


def test_a_slip_with_doubts_raises_queries_and_tells_the_office(lite: Office) -> None:
    """By line, or for a missing work; whole or not at all; also after a hasty confirmation."""
    lite.print()
    code, clerk = lite.code_of("阿明"), lite.number("張導師")
    for wrong in ("9=wrong_file", "2=wrong_course", "1=could_be_better"):
        refused = lite.paper(
            "returned", code, "--query", "0=missing_item", "--query", wrong, "--by", clerk
        )
        assert refused.exit_code == 1, wrong
    assert lite.rows(Query) == []
    assert lite.paper("returned", code, "--by", clerk).exit_code == 0

    said = lite.paper(
        "returned", code, "--query", "1=wrong_file", "--query", "0=missing_item", "--by", clerk
    )

    assert said.exit_code == 0, said.output
    raised = lite.rows(Query)
    assert [(each.reason, each.line_id is None) for each in raised] == [
        (QueryReason.WRONG_FILE, False),
        (QueryReason.MISSING_ITEM, True),
    ]
    kinds = [each.kind for each in lite.rows(Notice)]
    assert kinds.count(NoticeKind.SLIP_ENTERED) == 2
    assert kinds.count(NoticeKind.OFFICE_DIGEST) == 1
    (delivery,) = lite.rows(Delivery)
    assert (delivery.channel, delivery.reason) == ("paper", "slip")


def test_what_cannot_be_entered_is_said_code_by_code(lite: Office, clock: Clock) -> None:
    """The rest is entered; nothing is entered by a teacher of others, or about an old version."""
    lite.print()
    aming, xiaohua = lite.code_of("阿明"), lite.code_of("小華")
    clerk = lite.number("註冊組")
    stranger = lite.paper("returned", aming, "--by", lite.number("李導師"))
    assert (stranger.exit_code, "導師可以登錄" in stranger.output) == (1, True)
    mixed = lite.paper("posted", aming, "AAAA-AAAA", "--handed", "--by", clerk)
    assert mixed.exit_code == 1
    assert "已登錄 1 封" in mixed.output
    assert "AAAA-AAAA：" in mixed.output.replace(": ", "：")
    assert "先前" in lite.paper("posted", aming, "--by", clerk).output
    lite.change(ReceiptStatement, lite.rows(ReceiptStatement)[2].id, version=2)
    old = lite.paper("returned", xiaohua, "--by", clerk)
    assert "重新印信" in old.output
    clock.now = taipei(2024, 10, 16, 9)
    late = lite.paper("returned", aming, "--by", clerk)
    assert late.exit_code == 1
    assert lite.rows(Confirmation) == []
    in_time = lite.paper("returned", aming, "--on", "113/10/14", "--by", clerk)
    assert in_time.exit_code == 0, in_time.output


MISTAKES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("posted", "--by", "1"), "--all"),
    (("posted", "7KQ2-MXWC", "--all", "--term", "112-2", "--by", "1"), "--all"),
    (("posted", "--all", "--term", "111-1", "--by", "{clerk}"), "112-2"),
    (("posted", "7KQ2-MXWC", "--by", "nobody"), "nobody"),
    (("posted", "7KQ2-MXWC", "--on", "113/13/1", "--by", "1"), "113/13/1"),
    (("posted", "7KQ2-MXWC", "--on", "113/10/11", "--by", "1"), "還沒到"),
    (("returned", "7KQ2-MXWC", "--query", "x=y", "--by", "1"), "wrong_file"),
    (("returned", "A", "B", "--query", "1=wrong_file", "--by", "1"), "一次登錄一張"),
    (("letters", "--term", "x", "--office", "x", "--out", "o"), "113-1"),
    (("letters", "--term", "111-1", "--office", "x", "--out", "o"), "112-2"),
    (("letters", "--term", "112-2", "--class", "9", "--office", "x", "--out", "o"), "9 班"),
    (("overview", "--term", "112-2", "--round", "2"), "112-2 --round 1"),
)


def test_mistakes_are_said_in_one_line(lite: Office) -> None:
    """Exit code 2, and what there is instead."""
    for arguments, said in MISTAKES:
        typed = [each.replace("{clerk}", lite.number("註冊組")) for each in arguments]
        result = lite.paper(*typed)

        assert result.exit_code == 2, result.output
        assert said in result.output, arguments


def test_a_pupil_who_tapped_after_a_message_is_not_on_the_list(lite: Office, clock: Clock) -> None:
    """A tap before it proves nothing; a moved deadline makes an old letter worthless."""
    xiaomei, account = lite.cast.people["小美"], lite.cast.accounts["小美"]

    async def telling(store: object) -> None:
        async with store.writing() as session:  # type: ignore[attr-defined]
            delivery = Delivery(
                school_id=lite.cast.school.id,
                person_id=xiaomei.id,
                account_id=account.id,
                channel="line",
                retry_key="k",
                state=DeliveryState.ACCEPTED,
                created_at=NOW,
                try_at=NOW,
                settled_at=NOW,
            )
            session.add(delivery)
            await session.flush()
            session.add(
                Notice(
                    school_id=lite.cast.school.id,
                    person_id=xiaomei.id,
                    kind=NoticeKind.RECEIPT_OPENED,
                    occasion="opened",
                    window_id=lite.cast.windows["receipt"].id,
                    due_at=NOW,
                    created_at=NOW,
                    state=NoticeState.TOLD,
                    delivery_id=delivery.id,
                )
            )

    lite.with_store(telling)
    clock.now = taipei(2024, 10, 14, 9)
    for seen_at, is_listed in ((taipei(2024, 10, 10, 8), True), (taipei(2024, 10, 10, 10), False)):
        lite.change(ChatAccount, account.id, seen_at=seen_at)
        output = lite.paper("overview", "--term", "112-2").output
        assert (lite.number("小美") in output) is is_listed
