"""Every button of every person, pressed by everybody else and in every wrong place and time."""

from collections.abc import AsyncIterator

import pytest

from handlers.actions import Action
from handlers.codec import pack
from models.store import Store
from tests.support.asking import all_text, snapshot
from tests.support.cast import PUPILS
from tests.support.fullhouse import (
    AFTER_ALL_DEADLINES,
    FullHouse,
    furnish,
    names_a_row,
    only_shows,
)

Buttons = dict[str, dict[str, Action]]
WALKED: Buttons = {}
"""What a walk through all screens has found; every house is furnished alike, so one will do."""
TITLES = ("的報告", "的小說", "的科展")


@pytest.fixture
async def house(sqlite_url: str) -> AsyncIterator[FullHouse]:
    """Give a school day on which everything is open."""
    store = Store(sqlite_url)
    yield await furnish(store)
    await store.close()


async def everybodys(house: FullHouse) -> Buttons:
    """Return the buttons of everybody, by their data."""
    if not WALKED:
        WALKED.update({name: await house.buttons_of(name) for name in house.cast.people})
    return WALKED


def deeds(buttons: dict[str, Action]) -> list[Action]:
    """Return the buttons that do something to a row of somebody."""
    found = buttons.values()
    return [action for action in found if names_a_row(action) and not only_shows(action)]


async def test_looking_at_every_screen_changes_nothing(house: FullHouse) -> None:
    """Each person walks through all that can be shown to them, and finds something to do."""
    before = await snapshot(house.scene.store)

    buttons = {name: await house.buttons_of(name) for name in house.cast.people}

    assert await snapshot(house.scene.store) == before
    assert {name for name, found in buttons.items() if deeds(found)} == {
        *("小美", "小華"),  # 阿明 has no works
        *("林老師", "張導師", "李導師"),
    }


async def test_nobody_can_use_the_button_of_another(house: FullHouse) -> None:
    """No row changes, and no title of another's work is read."""
    buttons = await everybodys(house)
    before = await snapshot(house.scene.store)
    pressed = 0
    for owner, found in buttons.items():
        for data, action in found.items():
            others = [name for name in buttons if data not in buttons[name]]
            for other in others if names_a_row(action) else ():
                said = all_text(await house.press(other, action))
                pressed += 1
                assert not titles_of(owner, said) or owner == other, (owner, data, other)
        assert await snapshot(house.scene.store) == before, owner
    assert pressed > 200


def titles_of(owner: str, said: str) -> list[str]:
    """Return which works of a pupil a text names."""
    return [title for title in TITLES if owner in PUPILS and owner + title in said]


async def test_no_button_does_anything_in_a_group(house: FullHouse) -> None:
    """Whoever presses it there, also its owner; and no name and no title is said."""
    buttons = await everybodys(house)
    before = await snapshot(house.scene.store)
    for owner, found in buttons.items():
        for action in deeds(found):
            said = all_text(await house.press(owner, action, in_group=True))
            assert not [name for name in house.cast.people if name in said], (owner, action)
    assert await snapshot(house.scene.store) == before


async def test_no_button_does_anything_after_the_deadline(house: FullHouse) -> None:
    """Months later every button is still in the chat, and none changes a work."""
    buttons = await everybodys(house)
    before = await snapshot(house.scene.store)
    for owner, found in buttons.items():
        for action in deeds(found):
            await house.press(owner, action, at=AFTER_ALL_DEADLINES)
            assert await snapshot(house.scene.store) == before, (owner, pack(action))


async def test_no_button_does_anything_after_unlinking(house: FullHouse) -> None:
    """The chat of somebody who has left shows and changes nothing of them."""
    buttons = await everybodys(house)
    for account in house.cast.accounts.values():
        await house.scene.change(account, person_id=None)
    before = await snapshot(house.scene.store)
    for owner, found in buttons.items():
        for action in filter(names_a_row, found.values()):
            said = all_text(await house.press(owner, action))
            assert not [name for name in house.cast.people if name in said], (owner, action)
    assert await snapshot(house.scene.store) == before


async def test_a_button_that_was_used_does_nothing_more(house: FullHouse) -> None:
    """The second press of each button leaves everything as the first has left it."""
    buttons = await everybodys(house)
    store = house.scene.store
    did_something, before = 0, await snapshot(store)
    for owner, found in buttons.items():
        for action in deeds(found):
            await house.press(owner, action)
            after = await snapshot(store)
            await house.press(owner, action)
            assert await snapshot(store) == after, (owner, pack(action))
            did_something += after != before
            before = after
    assert did_something > 10


async def test_a_button_about_something_that_changed_does_nothing(house: FullHouse) -> None:
    """What the card showed is no more: whoever presses it gets the fresh card instead."""
    buttons = await everybodys(house)
    await house.makes_everything_new()
    before = await snapshot(house.scene.store)
    versioned = [
        (owner, action)
        for owner, found in buttons.items()
        for action in deeds(found)
        if hasattr(action, "version") or hasattr(action, "digest")
    ]
    assert len(versioned) > 10
    for owner, action in versioned:
        await house.press(owner, action)
        assert await snapshot(house.scene.store) == before, (owner, pack(action))
