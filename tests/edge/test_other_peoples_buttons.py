"""Every button of thirty people, pressed by everybody else and in every wrong place and time (E1).

Every press is taken back, so that each meets the school as the cards showed it.
"""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col

from handlers.actions import Action, Unlink
from handlers.codec import pack, registered
from handlers.typed import COMMANDS
from models.tables import CourseOutcome, ReceiptStatement
from models.vocabulary import PersonKind
from tests.edge.house import House, opened
from tests.support.fullhouse import names_a_row, only_shows
from tests.support.thirty import AFTER_ALL_DEADLINES

TYPED = {pack(command.action) for command in COMMANDS}
"""What anybody can ask for themselves at any time, by typing it."""
LASTING = {"unlink", "lang", "mute", "quiet", "qfix", "diffok", "appl"}
"""What holds at any time: how one is spoken to, what the office has put right, an appeal."""
EACH_KIND = ("小美", "小華", "林老師", "王老師", "張導師", "註冊組")
LEAVING = {"unlinks": Unlink(), "departs": None}


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Give the school of thirty on SQLite, walked through once."""
    file = tmp_path_factory.mktemp("thirty") / "bell.sqlite3"
    shutil.copyfile(sqlite_template, file)
    with opened(f"sqlite+aiosqlite:///{file}") as house:
        yield house


def own_buttons(house: House) -> Iterator[tuple[str, Action]]:
    """Give everybody with each of their buttons that is more than a typed command."""
    for name, buttons in house.buttons.items():
        yield from ((name, action) for data, action in buttons.items() if data not in TYPED)


def strangers(house: House) -> Iterator[tuple[str, Action]]:
    """Give each button with everybody who was not shown it."""
    every = {data: action for found in house.buttons.values() for data, action in found.items()}
    for data, action in every.items():
        yield from ((name, action) for name, own in house.buttons.items() if data not in own)


def is_about_oneself(house: House, name: str, action: Action) -> bool:
    """Say whether a pupil presses what each pupil may say: it is then about whoever says it."""
    return not names_a_row(action) and house.cast.people[name].kind is PersonKind.PUPIL


def test_a_walk_through_the_school_finds_every_button(house: House) -> None:
    """No action that a card can offer is left out of what follows; and nothing was changed."""
    found = {action.code for buttons in house.buttons.values() for action in buttons.values()}

    assert len(house.buttons) == 30
    assert found == set(registered())
    assert house.pressing.rows() == house.untouched


async def press_what_is_not_theirs(house: House) -> int:
    """Let everybody press what they were not shown; return how often that was.

    No row changes, and nobody reads a name or title that their own screens do not show.
    """
    pressed = 0
    for name, action in strangers(house):
        with house.pressing.trial():
            told = house.revealed(await house.press(name, action))
            assert told <= house.shown[name], (name, pack(action))
            if not is_about_oneself(house, name, action):
                assert house.changed() == [], (name, pack(action))
        pressed += 1
    return pressed


async def test_nobody_can_use_the_button_of_another(house: House) -> None:
    """Thirty people and all their buttons: every pair."""
    assert await press_what_is_not_theirs(house) > 5_500


def test_nobody_can_use_the_button_of_another_on_postgresql(postgres_url: str) -> None:
    """The six of the small cast of whom everybody is something else, and all their buttons."""
    with opened(postgres_url, whom=EACH_KIND) as house:
        assert asyncio.run(press_what_is_not_theirs(house)) > 300


async def test_what_a_pupil_says_of_themselves_changes_nothing_of_another(house: House) -> None:
    """A button that names no work, pressed by whoever was not shown it, is about the presser."""
    for name, action in strangers(house):
        if is_about_oneself(house, name, action):
            with house.pressing.trial():
                await house.press(name, action)
                assert house.touched() <= {house.cast.people[name].id}, (name, pack(action))


async def test_no_button_does_anything_in_a_group(house: House) -> None:
    """Not even of each kind its owner's; and no name and no title is said."""
    each_kind = {(name, action.code): (name, action) for name, action in own_buttons(house)}
    for name, action in each_kind.values():
        with house.pressing.trial():
            reply = await house.press(name, action, in_group=True)
            assert house.revealed(reply) == set(), (name, pack(action))
            assert house.changed() == [], (name, pack(action))


async def test_no_button_does_anything_after_the_deadline(house: House) -> None:
    """Months later every button is still in the chat, and none changes a work."""
    for name, action in own_buttons(house):
        if action.code not in LASTING:
            with house.pressing.trial():
                await house.press(name, action, at=AFTER_ALL_DEADLINES)
                assert house.changed() == [], (name, pack(action))


@pytest.mark.parametrize("leaving", LEAVING)
async def test_no_button_does_anything_for_somebody_who_has_left(
    house: House, leaving: str
) -> None:
    """The chat of somebody who unlinked, or left the school, shows and changes nothing of them."""
    for name in house.buttons:
        with house.pressing.trial():
            await house.leaves(name, LEAVING[leaving])
            before = house.pressing.rows()
            for action in house.buttons[name].values():
                with house.pressing.trial():
                    told = house.revealed(await house.press(name, action))
                    assert told == set(), (name, pack(action))
                    assert house.changed(before) == [], (name, pack(action))


async def test_a_button_that_was_used_does_nothing_more(house: House) -> None:
    """The second press of each button leaves everything as the first has left it."""
    did_something = 0
    for name, action in own_buttons(house):
        if only_shows(action):
            continue
        with house.pressing.trial():
            await house.press(name, action)
            did_something += bool(house.changed())
            before = house.pressing.rows(house.pressing.in_doubt)
            with house.pressing.trial():
                await house.press(name, action)
                assert house.changed(before) == [], (name, pack(action))
    assert did_something > 30


async def test_every_change_leaves_one_entry_that_names_who_did_it(house: House) -> None:
    """In the transaction that makes it (G1); what changed nothing leaves no entry."""
    deeds: dict[str, str] = {}
    for name, action in own_buttons(house):
        if only_shows(action):
            continue
        with house.pressing.trial():
            await house.press(name, action)
            changed, entries = house.changed(), house.entries()
            changes = getattr(action, "count", 1) if changed else 0  # a list has a work to a line
            assert len(entries) == changes, (name, pack(action), changed)
            for actor_id, deed, via in entries:
                assert (actor_id, via) == (house.cast.people[name].id, "line")
                deeds[action.code] = deed
    assert len(deeds) >= 10
    assert len(set(deeds.values())) >= 10


async def test_a_button_about_something_that_changed_does_nothing(house: House) -> None:
    """What the card showed is no more: whoever presses it gets the fresh card instead."""
    versioned = 0
    with house.pressing.trial():
        for table in (CourseOutcome, ReceiptStatement):
            house.pressing.change(table, version=col(table.version) + 100)
        before = house.pressing.rows()
        for name, action in own_buttons(house):
            if only_shows(action) or not (hasattr(action, "version") or hasattr(action, "digest")):
                continue
            versioned += 1
            with house.pressing.trial():
                await house.press(name, action)
                assert house.changed(before) == [], (name, pack(action))
    assert versioned > 20
