"""A class and its homeroom teacher: who has decided, who has not, and one reminder a day."""

import asyncio
from datetime import datetime, timedelta

import pytest

from handlers.actions import Action, NudgeClass, ShowClass, ShowUndecided
from handlers.replies import Bar, Reply, Tone
from models.tables import AuditEntry, ChatAccount, Decision, Notice
from models.vocabulary import AccountState, Choice, NoticeKind, Stage
from tests.support.asking import actions_of, all_text, ask_from, snapshot
from tests.support.cast import performance, taipei
from tests.support.scene import Scene


async def ask(scene: Scene, name: str, action: Action, *, at: datetime | None = None) -> Reply:
    """Ask from the account of a person of the cast."""
    account = scene.cast.accounts[name]
    return await ask_from(scene.store, scene.cast, account, action, at=at or scene.now)


async def both_can_select(scene: Scene) -> None:
    """Give both pupils of 201 a performance, so that they have something to decide."""
    for name in ("小美", "阿明"):
        await scene.add(performance, by=name)


async def decide(scene: Scene, name: str, choice: Choice = Choice.NOTHING) -> None:
    """Let a pupil decide about the selection of the year 112."""
    async with scene.store.writing() as session:
        session.add(
            Decision(
                school_id=scene.cast.school.id,
                person_id=scene.cast.people[name].id,
                stage=Stage.SELECTION,
                scope="112",
                choice=choice,
                decided_at=scene.now,
            )
        )


def ids(scene: Scene, room: str = "201", window: str = "selection") -> tuple[int, int]:
    """Return the ids of a class and a window."""
    return scene.cast.classes[room].id, scene.cast.windows[window].id


def bars(reply: Reply) -> list[tuple[int, int, str]]:
    """Return what the bars of a reply say."""
    blocks = [block for card in reply.cards for block in card.blocks]
    return [(bar.part, bar.whole, bar.caption) for bar in blocks if isinstance(bar, Bar)]


@pytest.mark.parametrize("choice", list(Choice))
async def test_a_class_is_drawn_as_has_decided_and_has_not(scene: Scene, choice: Choice) -> None:
    """One bar for each open window; to hand in nothing counts as decided."""
    await both_can_select(scene)
    await decide(scene, "小美", choice)

    reply = await ask(scene, "張導師", ShowClass(0))

    assert bars(reply) == [
        (1, 2, "1 have decided, 1 have not"),
        (0, 2, "0 have decided, 2 have not"),
    ]
    assert "113/9/20" in reply.summary
    said = all_text(reply)
    assert "小美" not in said
    assert "科展" not in said


async def test_the_list_names_those_with_something_open_and_nobody_else(scene: Scene) -> None:
    """By seat, with a word about who cannot be reached in the chat."""
    await both_can_select(scene)
    await decide(scene, "小美")
    await scene.change(scene.cast.accounts["阿明"], state=AccountState.BLOCKED)

    said = all_text(await ask(scene, "張導師", ShowUndecided(*ids(scene))))

    assert "No. 13 阿明" in said
    assert "Cannot be reached here" in said
    assert "小美" not in said
    assert "小華" not in said


async def test_a_nudge_reaches_exactly_those_who_have_not_decided(scene: Scene) -> None:
    """A notice each until the window closes, one audit entry, and an honest count."""
    await both_can_select(scene)
    await decide(scene, "小美")
    class_id, window_id = ids(scene)

    reply = await ask(scene, "張導師", NudgeClass(class_id, window_id))

    (notice,) = await scene.rows(Notice)
    assert notice.person_id == scene.cast.people["阿明"].id
    assert notice.kind is NoticeKind.PUPIL_NUDGED
    assert notice.occasion == f"nudge/{window_id}/{class_id}/2024-09-16"
    assert notice.deadline_at == scene.cast.windows["selection"].closes_at
    assert "1 pupil gets a message" in all_text(reply)
    assert len(await scene.rows(AuditEntry, deed="nudged class")) == 1


async def test_those_out_of_reach_are_counted_and_kept_in_the_ledger(scene: Scene) -> None:
    """Nobody is forgotten in silence: the teacher hears the number, the ledger has the rows."""
    await both_can_select(scene)
    async with scene.store.writing() as session:
        await session.delete(await session.get_one(ChatAccount, scene.cast.accounts["小美"].id))

    reply = await ask(scene, "張導師", NudgeClass(*ids(scene)))

    said = all_text(reply)
    assert "1 pupil gets a message" in said
    assert "1 more cannot be reached here" in said
    assert len(await scene.rows(Notice)) == 2


async def test_a_class_is_nudged_once_a_day(scene: Scene) -> None:
    """The second tap is told when the next can go; on the next day it goes."""
    await both_can_select(scene)
    tap = NudgeClass(*ids(scene))

    await ask(scene, "張導師", tap)
    again = await ask(scene, "張導師", tap, at=taipei(2024, 9, 16, 23, 59))
    tomorrow = await ask(scene, "張導師", tap, at=taipei(2024, 9, 17))

    assert "113/9/17 (Tue) 00:00" in again.summary
    assert again.cards[0].tone is Tone.REFUSED
    assert tomorrow.cards[0].tone is Tone.DONE
    assert len(await scene.rows(Notice)) == 4


async def test_many_taps_at_once_nudge_once(scene: Scene) -> None:
    """Of five taps at the same moment one goes through."""
    await both_can_select(scene)
    tap = NudgeClass(*ids(scene))

    replies = await asyncio.gather(*(ask(scene, "張導師", tap) for _ in range(5)))

    assert len([reply for reply in replies if reply.cards[0].tone is Tone.DONE]) == 1
    assert len(await scene.rows(Notice)) == 2
    assert len(await scene.rows(AuditEntry, deed="nudged class")) == 1


async def test_where_all_have_decided_nobody_is_nudged(scene: Scene) -> None:
    """The refusal says so and the class is drawn as done."""
    await both_can_select(scene)
    for name in ("小美", "阿明"):
        await decide(scene, name)

    shown = await ask(scene, "張導師", ShowClass(0))
    refused = await ask(scene, "張導師", NudgeClass(*ids(scene)))

    assert shown.cards[0].tone is Tone.DONE
    assert NudgeClass(*ids(scene)) not in actions_of(shown)
    assert refused.summary.startswith("Everybody has decided")
    assert await scene.rows(Notice) == []


@pytest.mark.parametrize("over_for", [timedelta(0), timedelta(days=3)])
async def test_after_the_window_nobody_is_nudged(scene: Scene, over_for: timedelta) -> None:
    """The end of the window is an exclusive instant."""
    await both_can_select(scene)
    late = scene.cast.windows["selection"].closes_at + over_for

    reply = await ask(scene, "張導師", NudgeClass(*ids(scene)), at=late)

    assert reply.summary.startswith("Selection ended on 113/9/20")
    assert await scene.rows(Notice) == []


async def test_only_the_classes_own_homeroom_teacher_sees_or_nudges_it(scene: Scene) -> None:
    """Everybody else of the cast is refused, without a name and without a change."""
    await both_can_select(scene)
    before = await snapshot(scene.store)
    class_id, window_id = ids(scene)

    for name in scene.cast.people:
        if name == "張導師":
            continue
        for tap in (
            ShowClass(class_id),
            ShowUndecided(class_id, window_id),
            NudgeClass(class_id, window_id),
        ):
            reply = await ask(scene, name, tap)
            assert reply.cards[0].tone is Tone.REFUSED, (name, tap)
            assert not any(pupil in all_text(reply) for pupil in ("小美", "阿明"))
    assert await snapshot(scene.store) == before


@pytest.mark.parametrize("window", ["certification", "absent"])
async def test_a_window_in_which_pupils_decide_nothing_is_refused(
    scene: Scene, window: str
) -> None:
    """Certification is the teachers' business; an unknown window looks the same."""
    window_id = 999_999 if window == "absent" else scene.cast.windows[window].id

    reply = await ask(scene, "張導師", ShowUndecided(scene.cast.classes["201"].id, window_id))

    assert reply.summary.startswith("This is not here")


async def test_last_years_class_is_no_longer_this_teachers(scene: Scene) -> None:
    """The homeroom teacher's class is the one of the current year."""
    reply = await ask(scene, "張導師", ShowClass(scene.cast.classes["101"].id))

    assert reply.cards[0].tone is Tone.REFUSED
