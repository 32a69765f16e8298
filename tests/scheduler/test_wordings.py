"""A school says its messages in its own words; what cannot be said so is said as ever."""

from collections.abc import Mapping
from datetime import timedelta

from handlers.words import Own
from models.queries import wordings
from models.tables import MessageWording, School
from models.vocabulary import NoticeKind
from scheduler.messages import draw
from scheduler.messages.scene import Scene
from tests.scheduler.test_messages import saying, scene
from tests.support import cast
from tests.support.cast import taipei
from tests.support.scene import ENGLISH, text_of
from tests.support.ticking import ringing

MORNING = taipei(2024, 10, 9, 7, 30)
CERTIFIED = "{course} “{title}” is certified"
YET = "You have not confirmed it yet."


def worded(sentences: Mapping[NoticeKind, Mapping[str, str]], heard: list[str]) -> Scene:
    """Return a scene in which a school says some sentences itself."""
    own = {("en", kind.value): said for kind, said in sentences.items()}
    found = scene()
    return Scene(found.now, found.rulebook, found.windows, found.about, own=Own(own, heard.append))


def drawn(kind: NoticeKind, at: Scene) -> str:
    """Return all that a message says."""
    reply = draw([saying(kind)], at, ENGLISH).reply
    assert reply is not None
    return text_of(reply)


def test_a_sentence_is_said_as_the_school_says_it_in_one_kind_of_message() -> None:
    """The same sentence of another kind stays the product's."""
    heard: list[str] = []
    at = worded({NoticeKind.ITEM_CERTIFIED: {CERTIFIED: "{title}: good to go"}}, heard)

    assert "斜面實驗報告: good to go" in drawn(NoticeKind.ITEM_CERTIFIED, at)
    assert "is certified" not in drawn(NoticeKind.ITEM_CERTIFIED, at)
    assert heard == []


def test_a_nudge_and_a_last_call_say_what_the_reminder_says() -> None:
    """Who rewords a reminder need not reword what repeats it."""
    said = {YET: "Nothing from you so far."}
    at = worded({NoticeKind.RECEIPT_DUE: said}, [])

    assert "Nothing from you so far." in drawn(NoticeKind.LAST_CALL_REPEATED, at)


def test_a_broken_sentence_is_said_in_the_product_s_words_and_reported() -> None:
    """Neither a lost place nor a brace too many holds up a message."""
    heard: list[str] = []
    for broken in ("{title} {nobody}", "{title", "{0}", "{title.foo}", ""):
        at = worded({NoticeKind.ITEM_CERTIFIED: {CERTIFIED: broken}}, heard)
        assert "“斜面實驗報告” is certified" in drawn(NoticeKind.ITEM_CERTIFIED, at)
    assert heard == [CERTIFIED] * 5


async def test_what_a_school_rewords_is_read_anew(database_url: str) -> None:
    """Its mark changes, so that whoever remembers the old words reads them anew."""
    async with ringing(database_url, MORNING) as bell:
        async with bell.store.writing() as session:
            school = await session.get_one(School, bell.cast.school.id)
            assert await wordings.of_school(session, school) == {}
        for said in ("Once.", None, "Twice."):
            async with bell.store.writing() as session:
                school = await session.get_one(School, bell.cast.school.id)
                await wordings.keep(
                    session,
                    school,
                    NoticeKind.RECEIPT_DUE,
                    "en",
                    {YET: said},
                    by_id=None,
                    now=bell.now,
                )
                found = await wordings.of_school(session, school)
            expected = {YET: said} if said else {}
            assert found.get(("en", "receipt_due"), {}) == expected
        kept = await bell.rows(MessageWording, school_id=bell.cast.school.id)
        assert [(row.version, row.said) for row in kept] == [(1, "Once."), (2, None), (3, "Twice.")]


async def test_a_reminder_leaves_in_the_school_s_words(database_url: str) -> None:
    """From the table through the dispatcher into the chat."""
    async with ringing(database_url, MORNING - timedelta(hours=9)) as bell:
        await bell.add(cast.statement, of="小美")
        opened = {"Please check your receipt statement by {deadline}": "Look at it by {deadline}"}
        async with bell.store.writing() as session:
            school = await session.get_one(School, bell.cast.school.id)
            kind = NoticeKind.RECEIPT_OPENED
            await wordings.keep(session, school, kind, "en", opened, by_id=None, now=bell.now)

        await bell.tick(MORNING)

        assert bell.told("小美") == ["Look at it by 113/10/14 (Mon)"]


async def test_what_no_longer_fits_the_product_s_sentence_is_named(database_url: str) -> None:
    """After an update of the product the page says which sentences are to be looked at."""
    async with ringing(database_url, MORNING) as bell:
        async with bell.store.writing() as session:
            school = await session.get_one(School, bell.cast.school.id)
            said = {YET: "{gone}", CERTIFIED: "{title}!"}
            kind = NoticeKind.RECEIPT_DUE
            await wordings.keep(session, school, kind, "en", said, by_id=None, now=bell.now)
            assert [row.said for row in await wordings.broken(session, school.id)] == ["{gone}"]
            found = await wordings.of_school(session, school)
        assert found["en", "receipt_due"] == {YET: "", CERTIFIED: "{title}!"}
