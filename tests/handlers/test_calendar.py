"""A person's calendar in the chat: one address at a time, shown once, and gone when they leave."""

import dataclasses

from handlers import router
from handlers.actions import EndCalendar, RenewCalendar, ShowCalendar, Unlink
from handlers.replies import Reply
from models.queries import feeds
from models.store import Store
from models.tables import ChatAccount, Person, School
from tests.support.asking import PEPPER, surroundings
from tests.support.scene import Scene, buttons_of, text_of

HERE = "https://bell.example"


async def _asks(scene: Scene, name: str, action: object, *, url: str = HERE) -> Reply:
    """Let somebody ask where pages can be reached at an address."""
    async with scene.store.writing() as session:
        account = await session.get_one(ChatAccount, scene.cast.accounts[name].id)
        school = await session.get_one(School, scene.cast.school.id)
        context = await surroundings(session, school, account, at=scene.now)
        return await router.answer(action, dataclasses.replace(context, web_url=url))  # type: ignore[arg-type]


async def _opens(store: Store, address: str) -> bool:
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    async with store.reading() as session:
        return await feeds.by_token(session, token, PEPPER) is not None


def _address(reply: Reply) -> str:
    return next(line for line in text_of(reply).split() if line.endswith(".ics"))


async def test_an_address_is_shown_once_and_a_newer_one_ends_it(scene: Scene) -> None:
    """The card offers to get one, then a new one or none; nowhere does the old one stand again."""
    assert "Get my calendar" in buttons_of(await _asks(scene, "小美", ShowCalendar()))
    first = _address(await _asks(scene, "小美", RenewCalendar()))
    assert first.startswith(f"{HERE}/calendar/")
    shown = await _asks(scene, "小美", ShowCalendar())
    assert ".ics" not in text_of(shown)
    assert {"A new address", "End the address"} <= set(buttons_of(shown))
    assert await _opens(scene.store, first)

    second = _address(await _asks(scene, "小美", RenewCalendar()))
    assert [await _opens(scene.store, each) for each in (first, second)] == [False, True]
    await _asks(scene, "小美", EndCalendar())
    assert not await _opens(scene.store, second)
    assert "Get my calendar" in buttons_of(await _asks(scene, "小美", EndCalendar()))


async def test_unlinking_the_last_chat_ends_the_calendar(scene: Scene) -> None:
    """Whoever takes over the phone later finds nothing under the address."""
    address = _address(await _asks(scene, "小美", RenewCalendar()))
    await _asks(scene, "小美", Unlink())
    account = await scene.rows(ChatAccount, id=scene.cast.accounts["小美"].id)
    await scene.change(account[0], person_id=scene.cast.people["小美"].id)

    assert not await _opens(scene.store, address)
    assert await scene.rows(Person, id=scene.cast.people["小美"].id)


async def test_without_an_address_of_the_installation_there_is_no_calendar(scene: Scene) -> None:
    """Nobody gets a link that leads to nowhere."""
    for action in (ShowCalendar(), RenewCalendar()):
        reply = await _asks(scene, "小美", action, url="")
        assert "Your school has not opened calendars yet" in text_of(reply)
