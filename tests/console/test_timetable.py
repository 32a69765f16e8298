"""A registrar sees the timetable, moves a deadline, edits the rules, and sees what follows."""

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from bot.console.subjects.timetable import months, places
from bot.enrolling import ChangedInConsole, Signing, enrol
from models.rulebooks import load, shipped
from models.rulebooks.values import Lapse
from models.rules.access import Grant
from models.rules.taipei import last_day
from models.tables import AuditEntry, ChannelCredential, Notice, School, Window
from models.vocabulary import ConsoleRole, NoticeKind, NoticeState, Silence, Stage
from scheduler.planning import plan
from scheduler.taking_over import take_over
from tests.support.asking import snapshot
from tests.support.cast import taipei
from tests.support.consoles import Office, Sitting, opened
from tests.support.stage import MONDAY

DAY = timedelta(days=1)


@pytest.fixture
async def office(sqlite_url: str) -> AsyncIterator[Office]:
    """Open the console of the small school, whose rulebook has been taken over."""
    async with opened(sqlite_url) as found:
        async with found.store.writing() as session:
            school = await session.get_one(School, found.cast.school.id)
            await take_over(session, school, school.rulebook, MONDAY)
        yield found


def hidden(page: str, name: str) -> str:
    """Return what a page carries in a hidden field."""
    found = re.findall(rf'name="{name}" value="([^"]*)"', page)
    assert found, page
    return html.unescape(found[-1])


def errors(page: str) -> list[str]:
    """Return what stands beside the fields of a page."""
    return re.findall(r'class="error"[^>]*>([^<]+)<', page)


async def moved(sitting: Sitting, window: str, **typed: str) -> str:
    """Ask for another deadline of a window; return the page that follows."""
    office = sitting.office
    path = f"{office.at_school}/timetable/window/{office.cast.windows[window].id}"
    usual = {"clock": "", "reason": "運動會延期", "document": "rules", "point": ""}
    return (await sitting.post(path, **{**usual, **typed})).text


async def saved(sitting: Sitting, page: str, **more: str) -> str:
    """Press the button of a page of effects; return where it leads."""
    sent = {"text": hidden(page, "text"), "seal": hidden(page, "seal"), "reason": "運動會延期"}
    answer = await sitting.post(f"{sitting.office.at_school}/timetable/save", **{**sent, **more})
    return (await sitting.follow(answer)).text if answer.status_code == 303 else answer.text


async def rulebook(office: Office) -> str:
    """Return the school's rules as they are kept."""
    async with office.store.reading() as session:
        return (await session.get_one(School, office.cast.school.id)).rulebook


async def closes(office: Office, window: str) -> date:
    """Return a window's last day as it is kept."""
    async with office.store.reading() as session:
        return last_day((await session.get_one(Window, office.cast.windows[window].id)).closes_at)


async def test_it_shows_what_is_open_for_whom_and_a_month(office: Office) -> None:
    """Days left, how many it concerns, what silence does, its clause; to each what they may do."""
    registrar = await office.registrar()
    teacher = await office.signed_in(
        Grant(ConsoleRole.HOMEROOM_TEACHER, office.cast.school.id, "202"), address="t@x.example"
    )

    whole = (await registrar.get(f"{office.at_school}/timetable?month=2025-02")).text
    own = (await teacher.get(f"{office.at_school}/timetable")).text

    assert "還有 140 天" in whole
    assert "3 位學生" in whole
    assert "草屯補充規定第十一點 休業式 114/1/20（一） +14 天" in whole
    assert "沒有確認、也沒有提出疑義的，視為已確認" in whole
    assert "114 年 2 月" in whole
    assert whole.count("截止：113-1 課程學習成果上傳") == 2, "in the calendar and in the agenda"
    assert "改期限" in whole
    assert "1 位學生" in own
    assert "改期限" not in own


async def test_a_deadline_is_moved_after_its_effects_were_shown(office: Office) -> None:
    """Three days later: nothing is written before the button, then the rulebook and the windows."""
    sitting = await office.registrar()
    before = await snapshot(office.store)
    text = await rulebook(office)

    page = await moved(sitting, "upload", day="2025-02-06", document="minutes", point="貳、一")

    assert await snapshot(office.store) == before
    assert "儲存後馬上通知 3 人新的日期，用掉本月 3 則 LINE 訊息" in page
    assert "114/2/6（四）" in page
    assert "1 個期程會改變" in page
    assert "已儲存：新增 0 個期程、改期 1 個、移除 0 個" in await saved(sitting, page)
    assert await closes(office, "upload") == date(2025, 2, 6)
    new = await rulebook(office)
    assert new.startswith(text.rstrip("\n")), "every comment and clause stays"
    published = load(new, name="new").terms["113-1"].published[0]
    assert (published.closes, published.opens) == (date(2025, 2, 6), None)
    assert str(published.clause) == "草屯113學年度第1次工作小組會議紀錄貳、一"
    async with office.store.reading() as session:
        deeds = (await session.execute(select(AuditEntry).order_by(col(AuditEntry.id)))).scalars()
        facts = {each.deed: each.facts for each in deeds}
    assert facts["moved deadline"]["reason"] == "運動會延期"
    assert facts["took over timetable"]["reason"] == "運動會延期"


async def test_what_was_sent_is_not_sent_again_and_what_waits_is_taken_back(
    office: Office,
) -> None:
    """A reminder that left stays told; one that waits for the old date falls silent."""
    three_days_before = taipei(2025, 2, 1, 8)
    await plan(office.store, three_days_before)
    office.clock.at = three_days_before
    sitting = await office.registrar()
    async with office.store.writing() as session:
        due = select(Notice).where(
            col(Notice.kind) == NoticeKind.UPLOAD_DUE, col(Notice.state) == NoticeState.WAITING
        )
        first, *others = (await session.execute(due.order_by(col(Notice.id)))).scalars().all()
        first.state = NoticeState.TOLD
        told, waiting = first.id, [each.id for each in others]

    page = await moved(sitting, "upload", day="2025-02-06", document="minutes", point="貳、一")
    assert f"收回 {len(waiting)} 則" in page
    assert "之前已送出 1 則，不重送" in page
    await saved(sitting, page)
    window = f"{office.at_school}/timetable/window/{office.cast.windows['upload'].id}"
    assert "改回規則算出來的日期" in (await sitting.get(window)).text
    await saved(sitting, (await sitting.post(f"{window}/by-rule")).text)
    assert await closes(office, "upload") == date(2025, 2, 3)
    assert (await sitting.post(f"{window}/by-rule")).status_code == 404
    await plan(office.store, three_days_before + timedelta(hours=1))

    async with office.store.reading() as session:
        rows = {each.id: each for each in (await session.execute(select(Notice))).scalars()}
    assert rows[told].state is NoticeState.TOLD
    assert {rows[each].silence for each in waiting} == {Silence.DEADLINE_MOVED}
    same = [each for each in rows.values() if each.occasion == rows[told].occasion]
    assert [each.id for each in same if each.person_id == rows[told].person_id] == [told]


async def test_a_warning_is_ticked_and_a_reason_given_before_it_is_saved(office: Office) -> None:
    """A change without a decision is warned of; an error of the checker has no button at all."""
    sitting = await office.registrar()

    page = await moved(sitting, "upload", day="2025-02-06")
    unread = await saved(sitting, page)
    without = await saved(sitting, page, reason="", read="1")
    law = await moved(sitting, "certification", day="2025-01-10")

    assert "規則檔沒有寫這項調整依據哪一次工作小組決議" in page
    assert errors(unread) == ["請看過提醒事項後勾選這裡。"]
    assert errors(without) == ["請填原因，操作紀錄會留存。"]
    assert "不能改成這個日期" in law
    assert "第" in law.split("不能改成這個日期")[1].split("</div>")[0]
    assert 'name="seal"' not in law
    assert await closes(office, "upload") == date(2025, 2, 3)
    assert "已儲存" in await saved(sitting, unread, read="1")


IMPOSSIBLE: tuple[tuple[dict[str, str], str], ...] = (
    ({"day": ""}, "請選日期。"),
    ({"day": "2025-02-03"}, "這就是現在的期限，請選別的日期或時間。"),
    ({"day": "2024-08-01"}, "這個時間早於開始日。"),
    ({"day": "2024-09-10"}, "這個時間已經過了，請選還沒到的時間。"),
    ({"day": "2025-02-06", "reason": " "}, "請填原因，操作紀錄會留存。"),
)


async def test_a_date_that_cannot_be_is_named_beside_its_field(office: Office) -> None:
    """What was typed stays, with what to do."""
    sitting = await office.registrar()

    said = [errors(await moved(sitting, "upload", **typed)) for typed, _ in IMPOSSIBLE]

    assert said == [[sentence] for _, sentence in IMPOSSIBLE]


async def test_of_two_registrars_the_second_is_told(office: Office) -> None:
    """Nor is a text saved that was not shown."""
    one = await office.registrar()
    two = await office.signed_in(
        Grant(ConsoleRole.REGISTRAR, office.cast.school.id), address="two@school.example"
    )
    first = await moved(one, "upload", day="2025-02-06", document="minutes", point="貳、一")
    second = await moved(two, "upload", day="2025-02-07", document="minutes", point="貳、一")

    await saved(one, first)
    late = await saved(two, second)
    fresh = await moved(two, "upload", day="2025-02-07", document="minutes", point="貳、一")
    forged = await saved(two, fresh, text=hidden(fresh, "text").replace("02-07", "02-09"))

    assert "期程已經有人改過，所以沒有儲存" in late
    assert "期程已經有人改過，所以沒有儲存" in forged
    assert await closes(office, "upload") == date(2025, 2, 6)


async def test_forms_change_single_places_and_say_what_the_law_has_against_them(
    office: Office,
) -> None:
    """Dates, reminders and the counting of windows; the comments around them stay."""
    sitting = await office.registrar()
    at = f"{office.at_school}/timetable"
    fields = dict(
        re.findall(
            r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"',
            (await sitting.get(f"{at}/edit")).text,
        )
    )
    fields.pop("token")
    page = (await sitting.get(f"{at}/edit")).text
    for name, options in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', page, re.DOTALL):
        fields[name] = (re.findall(r'<option selected value="([^"]+)"', options) or [""])[0]
    text = await rulebook(office)

    same = (await sitting.post(f"{at}/edit", **fields)).text
    change = {
        "terms-113-1-closing_ceremony": "2025-01-22",
        "terms-113-2-term_start": "2025-02-11",
        "reminders-by_stage-upload": "7、1",
        "windows-1-closes-n": "4",
    }
    new = hidden((await sitting.post(f"{at}/edit", **(fields | change))).text, "text")
    bad = {"terms-112-2-published-0-closes": "2024-10-10"}
    checked = (await sitting.post(f"{at}/check", **(fields | bad))).text
    unread = await sitting.post(f"{at}/edit", **(fields | {"reminders-days_before": "兩週"}))
    early = await sitting.post(f"{at}/edit", **(fields | {"windows-1-closes-n": "-4"}))

    assert hidden(same, "text") == text
    assert "內容和現在一樣" in same
    lines = set(new.split("\n")) - set(text.split("\n"))
    assert lines == {
        "closing_ceremony = 2025-01-22",
        '[terms."113-2"]',
        "term_start = 2025-02-11",
        "upload = [7, 1]",
        'closes = { anchor = "closing_ceremony", weeks = 4 }',
    }
    assert "那天放假" in checked.split('id="found-112-2"')[1].split("</fieldset>")[0]
    assert errors(unread.text) == ["請填天數，例如 14, 7, 3, 1, 0。"]
    assert early.status_code == 422
    assert await rulebook(office) == text


async def test_the_text_is_for_experts_and_names_lines(office: Office) -> None:
    """Wrong lines are named with their clauses kept; a sound text shows its effects."""
    sitting = await office.registrar()
    at, text = f"{office.at_school}/timetable/text", await rulebook(office)

    wrong = await sitting.post(at, text=text.replace('stage = "upload"', 'stage = "收訖"', 1))
    other = await sitting.post(at, text=text.replace('code = "000001"', 'code = "000009"'))
    sound = (
        await sitting.post(at, text=text.replace("\n", "\r\n").replace("weeks = 2", "weeks = 3", 1))
    ).text

    assert wrong.status_code == 422
    assert "規則檔:42: windows[1].stage" in wrong.text
    assert other.status_code == 422
    assert "114/2/10（一）" in sound
    assert "\r" not in hidden(sound, "text")


async def test_a_school_begins_from_a_rulebook_that_comes_with_the_product(office: Office) -> None:
    """The registrar's school keeps its code and name; the days of the term are its own."""
    sitting = await office.registrar()
    dates = {"term_start": "2025-09-01", "closing_ceremony": "2026-01-20"}
    at = f"{office.at_school}/timetable/begin"

    page = (await sitting.post(at, source="dacheng", text="", term="114-1", **dates)).text
    missing = await sitting.post(at, source="own", text="", term="")
    done = await saved(sitting, page, read="1")

    new = load(hidden(page, "text"), name="new")
    assert (new.code, new.name) == (office.cast.school.code, office.cast.school.name)
    assert list(new.terms) == ["114-1"]
    assert "移除" in page
    assert "已儲存" in done
    assert errors(missing.text) == ["請貼上規則檔，或選擇檔案。"]


async def test_a_shipped_rulebook_that_is_older_than_the_law_is_made_lawful(office: Office) -> None:
    """Receipts of two days were allowed once: they last three now, and the page says so."""
    office.passes(timedelta(days=400))
    sitting = await office.administrator()
    school = {"code": "222222", "name": "新學校", "term": "115-1", "term_start": "2026-08-31"}

    page = (await sitting.post("/schools/new", source="caotun", text="", **school)).text
    own = shipped()["caotun"].read_text("utf-8")
    kept = (await sitting.post("/schools/new", source="own", text=own, **school)).text

    new = load(hidden(page, "text"), name="new")
    receipts = {rule.round: rule.lasts for rule in new.windows if rule.stage is Stage.RECEIPT}
    assert receipts == {1: Lapse(4), 2: Lapse(3)}
    assert "第 2 輪收訖明細確認只有 2 天，現行法規至少要 3 天，已替您改好" in page
    assert "不得少於 3 天" in kept


async def test_the_administrator_adds_a_school_from_a_file(office: Office) -> None:
    """Its timetable is shown first; its channels may come at once, and their secrets are sealed."""
    sitting = await office.administrator()
    own = shipped()["caotun"].read_bytes().replace(b'"000001"', b'"111111"')
    token = {"token": await sitting.guard()}

    looked = await sitting.http.post(
        "/console/schools/new",
        data={**token, "source": "own", "text": "", "code": "222222", "name": "新學校"},
        files={"file": ("ours.toml", own, "text/plain")},
    )
    sent = {"text": hidden(looked.text, "text"), "seal": hidden(looked.text, "seal"), "read": "1"}
    half = await sitting.post("/schools", **sent, secret="祕密")
    forged = await sitting.post("/schools", **{**sent, "text": sent["text"] + "\n"})
    added = await sitting.post("/schools", **sent, secret="s" * 32, access_token="t" * 40)
    done = (await sitting.follow(added)).text
    again = await sitting.post(
        "/schools/new",
        source="caotun",
        text="",
        code="222222",
        name="x",
        term="113-1",
        term_start="2024-08-30",
    )

    assert "新學校的期程" in looked.text
    assert errors(half.text) == ["LINE 的 channel secret 和 access token 要一起填。"]
    assert forged.status_code == 404
    assert "新學校已設定完成" in done
    assert errors(again.text) == ["已經有這個代碼的學校；期程由該校註冊組修改。"]
    async with office.store.reading() as session:
        school = (
            await session.execute(select(School).where(col(School.code) == "222222"))
        ).scalar_one()
        windows = (
            await session.execute(select(Window).where(col(Window.school_id) == school.id))
        ).all()
        kept = (
            await session.execute(
                select(ChannelCredential).where(col(ChannelCredential.school_id) == school.id)
            )
        ).scalar_one()
    assert len(windows) == 6
    assert kept.token != b"t" * 40


async def test_a_file_does_not_undo_what_was_changed_in_the_console(office: Office) -> None:
    """`bot school add` with the old file is refused, with the way to the newer one."""
    text, none = await rulebook(office), Signing("s", "t")
    own = text.replace('code = "000001"', f'code = "{office.cast.school.code}"')
    await enrol(office.installation, own, none, name="own")
    sitting = await office.registrar()
    page = await moved(sitting, "upload", day="2025-02-06", document="minutes", point="貳、一")
    await saved(sitting, page)

    with pytest.raises(ChangedInConsole):
        await enrol(office.installation, own, none, name="own")
    assert (await enrol(office.installation, await rulebook(office), none, name="new")).moved == 0
    assert (await enrol(office.installation, own, none, name="own", replace=True)).moved == 1


@pytest.mark.parametrize(
    ("typed", "first", "before", "after"),
    [
        ("2024-02", date(2024, 2, 1), "2024-01", "2024-03"),
        ("2024-12", date(2024, 12, 1), "2024-11", "2025-01"),
        ("2024-13", date(2025, 1, 1), "2024-12", "2025-02"),
        ("", date(2025, 1, 1), "2024-12", "2025-02"),
        ("9999-12", date(2025, 1, 1), "2024-12", "2025-02"),
    ],
)
def test_a_month_is_whole_weeks_and_knows_its_neighbours(
    typed: str, first: date, before: str, after: str
) -> None:
    """Each of its days stands there once; what is no month is this one."""
    found = months.month(months.month_asked(typed, date(2025, 1, 31)), [])

    days = [day for week in found.weeks for day in week if day]
    assert all(len(week) == 7 for week in found.weeks)
    assert days == [first + n * DAY for n in range((months.end_of_month(first) - first).days)]
    assert (found.before, found.after) == (before, after)


def test_a_rulebook_without_terms_offers_todays() -> None:
    """So that a school can begin with its dates; else the term after the last one is offered."""
    rules = load(shipped()["caotun"].read_text("utf-8"), name="caotun")

    assert places.terms_shown(replace(rules, terms={}), date(2024, 9, 16)) == ["113-1"]
    assert places.terms_shown(rules, date(2024, 9, 16)) == ["112-2", "113-1", "113-2"]
