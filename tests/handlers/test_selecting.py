"""Selecting works: live counts, caps that hold, and decisions of any size."""

import asyncio
import random
from datetime import timedelta

import pytest

from handlers.actions import (
    AskToFinishSelection,
    FinishSelection,
    SelectItem,
    ShowSelection,
    UnselectItem,
)
from handlers.replies import Reply, Tone
from models.errors import AlreadyDone, TooManySelected
from models.queries import selections
from models.tables import AuditEntry, Decision, Selection
from models.vocabulary import Choice, ItemKind, OutcomeState, Stage
from tests.support.cast import outcome, performance, taipei
from tests.support.scene import Scene, buttons_of, text_of

OUTCOME, PERFORMANCE = ItemKind.OUTCOME, ItemKind.PERFORMANCE


async def certified(scene: Scene, title: str = "小說改寫", *, by: str = "小美") -> int:
    """Add a certified course outcome of 112-2 and return its id."""
    row = await scene.add(outcome, by=by, course="國文", title=title, state=OutcomeState.CERTIFIED)
    return int(row.id)


async def performed(scene: Scene, title: str = "科展", *, by: str = "小美", year: int = 112) -> int:
    """Add a performance and return its id."""
    row = await scene.add(performance, by=by, title=title, year=year)
    return int(row.id)


async def a_hundred(scene: Scene, kind: ItemKind) -> list[int]:
    """Add a hundred works that can be selected and return their ids."""
    async with scene.store.writing() as session:
        rows = [
            await outcome(
                session,
                scene.cast,
                by="小美",
                course="國文",
                title=f"作品{number}",
                state=OutcomeState.CERTIFIED,
            )
            if kind is OUTCOME
            else await performance(session, scene.cast, by="小美", title=f"作品{number}")
            for number in range(100)
        ]
    return [row.id for row in rows]


async def audited(scene: Scene, deed: str) -> int:
    """Return how often a deed is in the audit."""
    return len(await scene.rows(AuditEntry, deed=deed))


def refused(reply: Reply) -> bool:
    """Say whether the reply is a refusal."""
    return reply.cards[0].tone is Tone.REFUSED


async def test_the_list_shows_certified_works_of_the_year_with_live_counts(scene: Scene) -> None:
    """Uncertified works and works of another year are not on the list."""
    await certified(scene)
    await scene.add(outcome, by="小美", course="國文", title="草稿", state=OutcomeState.UPLOADED)
    await scene.add(outcome, by="小美", title="斜面", state=OutcomeState.CERTIFIED)
    reply = await scene.ask("小美", ShowSelection(0, OUTCOME))
    shown = text_of(reply)
    assert "小說改寫 | 國文, 112-2 | Not selected" in shown
    assert "Course outcomes: 0/6" in shown
    assert "Diverse performances: 0/10" in shown
    assert "113/9/20 (Fri), 4 days left" in shown
    assert "草稿" not in shown
    assert "斜面" not in shown


async def test_a_tap_selects_and_another_takes_out_again(scene: Scene) -> None:
    """The count follows every tap, and the freed slot is used again."""
    first, second = await certified(scene), await certified(scene, "新詩")
    reply = await scene.ask("小美", SelectItem(0, OUTCOME, first))
    assert reply.matters
    assert "Selected: “小說改寫”; Course outcomes 1/6" in reply.summary
    await scene.ask("小美", SelectItem(0, OUTCOME, second))
    reply = await scene.ask("小美", UnselectItem(0, OUTCOME, first))
    assert "Taken out: “小說改寫”; Course outcomes 1/6" in reply.summary
    await scene.ask("小美", SelectItem(0, OUTCOME, first))
    assert [row.slot for row in await scene.rows(Selection)] == [2, 1]


async def test_performances_need_no_certification(scene: Scene) -> None:
    """A diverse performance of the year can be selected as it is."""
    item = await performed(scene)
    reply = await scene.ask("小美", SelectItem(0, PERFORMANCE, item))
    assert "Diverse performances: 1/10" in text_of(reply)


async def test_the_cap_refuses_one_work_too_many_and_shows_the_list(scene: Scene) -> None:
    """The refusal names the clause, and the fresh list follows."""
    items = [await certified(scene, f"作品{number}") for number in range(7)]
    for item in items[:6]:
        await scene.ask("小美", SelectItem(0, OUTCOME, item))
    reply = await scene.ask("小美", SelectItem(0, OUTCOME, items[6]))
    assert refused(reply)
    assert "At most 6 course outcomes" in reply.summary
    assert "Course outcomes: 6/6" in text_of(reply)
    assert len(await scene.rows(Selection)) == 6


async def test_only_certified_works_can_be_selected(scene: Scene) -> None:
    """A work that still waits is refused with its clause."""
    row = await scene.add(outcome, by="小美", course="國文", state=OutcomeState.AWAITING)
    reply = await scene.ask("小美", SelectItem(0, OUTCOME, row.id))
    assert refused(reply)
    assert "is not certified" in reply.summary
    assert await scene.rows(Selection) == []


@pytest.mark.parametrize("kind", list(ItemKind))
async def test_absent_and_foreign_works_look_the_same(scene: Scene, kind: ItemKind) -> None:
    """Nobody learns from a refusal whether a work exists."""
    make = certified if kind is OUTCOME else performed
    foreign = await make(scene, by="阿明")
    replies = [
        await scene.ask("小美", action(0, kind, item))
        for action in (SelectItem, UnselectItem)
        for item in (foreign, 999_999)
    ]
    assert all(refused(reply) for reply in replies)
    assert len({reply.summary for reply in replies}) == 1
    assert await scene.rows(Selection) == []


async def test_a_work_of_another_year_is_not_selectable(scene: Scene) -> None:
    """The window of 112 takes works of 112."""
    item = await performed(scene, year=113)
    reply = await scene.ask("小美", SelectItem(0, PERFORMANCE, item))
    assert refused(reply)


async def test_a_window_of_another_stage_selects_nothing(scene: Scene) -> None:
    """A button's window is checked, not believed."""
    item = await performed(scene)
    window_id = scene.cast.windows["upload"].id
    assert refused(await scene.ask("小美", SelectItem(window_id, PERFORMANCE, item)))
    assert refused(await scene.ask("林老師", SelectItem(0, PERFORMANCE, item)))


@pytest.mark.parametrize(
    ("micros", "inside"), [(-1_000, True), (-1, True), (0, False), (1, False), (1_000, False)]
)
async def test_the_window_ends_at_an_exclusive_instant(
    scene: Scene, micros: int, inside: bool
) -> None:
    """The last microsecond before the end still selects, the end itself no longer."""
    item = await performed(scene)
    at = taipei(2024, 9, 21) + timedelta(microseconds=micros)
    reply = await scene.ask("小美", SelectItem(0, PERFORMANCE, item), at=at)
    assert refused(reply) is not inside
    assert len(await scene.rows(Selection)) == int(inside)


async def test_before_the_window_nothing_can_be_selected(scene: Scene) -> None:
    """The refusal says when the window opens, and the list below it has no buttons to select."""
    item = await performed(scene)
    reply = await scene.ask(
        "小美", SelectItem(0, PERFORMANCE, item), at=taipei(2024, 8, 29, 23, 59)
    )
    assert refused(reply)
    assert "113/8/30 (Fri)" in reply.summary
    assert "Select" not in buttons_of(reply)


@pytest.mark.parametrize("times", [2, 10])
async def test_the_same_tap_again_changes_nothing(scene: Scene, times: int) -> None:
    """One audit entry, one done, then already done."""
    item = await performed(scene)
    replies = [await scene.ask("小美", SelectItem(0, PERFORMANCE, item)) for _ in range(times)]
    assert [refused(reply) for reply in replies] == [False] + [True] * (times - 1)
    assert replies[-1].cards[0].title == "Already done"
    assert await audited(scene, "selected") == 1
    replies = [await scene.ask("小美", UnselectItem(0, PERFORMANCE, item)) for _ in range(times)]
    assert [refused(reply) for reply in replies] == [False] + [True] * (times - 1)
    assert await audited(scene, "unselected") == 1
    assert await scene.rows(Selection) == []


@pytest.mark.parametrize(("kind", "cap"), [(OUTCOME, 6), (PERFORMANCE, 10)])
async def test_a_hundred_taps_at_once_fill_exactly_the_cap(
    scene: Scene, kind: ItemKind, cap: int
) -> None:
    """However the taps interleave: never more than the cap, never fewer (C1)."""
    items = await a_hundred(scene, kind)
    replies = await asyncio.gather(
        *(scene.ask("小美", SelectItem(0, kind, item)) for item in items)
    )
    kept = await scene.rows(Selection)
    assert sorted(row.slot for row in kept) == list(range(1, cap + 1))
    assert sum(not refused(reply) for reply in replies) == cap
    assert await audited(scene, "selected") == cap


async def test_the_same_tap_many_times_at_once_selects_once(scene: Scene) -> None:
    """A redelivered tap that runs beside the first one acts once (C4)."""
    item = await performed(scene)
    replies = await asyncio.gather(
        *(scene.ask("小美", SelectItem(0, PERFORMANCE, item)) for _ in range(10))
    )
    assert sum(not refused(reply) for reply in replies) == 1
    assert len(await scene.rows(Selection)) == 1
    assert await audited(scene, "selected") == 1


async def test_what_wrote_past_the_lock_is_refused_by_the_database(scene: Scene) -> None:
    """A slot that is taken behind our back becomes a refusal, not an error."""
    first, second = await performed(scene), await performed(scene, "志工")
    await scene.ask("小美", SelectItem(0, PERFORMANCE, first))
    for item, refusal in ((first, AlreadyDone), (second, TooManySelected)):
        async with scene.store.writing() as session:
            with pytest.raises(refusal):
                await selections.add(
                    session,
                    scene.cast.people["小美"],
                    year=112,
                    kind=PERFORMANCE,
                    item_id=item,
                    slot=1,
                    cap=10,
                    now=scene.now,
                )


async def test_before_finishing_the_card_shows_what_will_be_submitted(scene: Scene) -> None:
    """Only what is selected is named, beside both counts."""
    item = await certified(scene)
    await certified(scene, "沒勾的")
    await scene.ask("小美", SelectItem(0, OUTCOME, item))
    reply = await scene.ask("小美", AskToFinishSelection(0))
    assert "國文 “小說改寫”" in text_of(reply)
    assert "沒勾的" not in text_of(reply)
    assert buttons_of(reply)["Just these"].action == FinishSelection(
        scene.cast.windows["selection"].id, 0
    )


async def test_fewer_is_a_decision(scene: Scene) -> None:
    """One work of six is done, once, and the card asks for no more."""
    await scene.ask("小美", SelectItem(0, OUTCOME, await certified(scene)))
    reply = await scene.ask("小美", FinishSelection(0, 0))
    assert reply.matters
    assert "you are done" in reply.summary
    assert refused(await scene.ask("小美", FinishSelection(0, 0)))
    (kept,) = await scene.rows(Decision)
    assert (kept.stage, kept.scope, kept.choice) == (Stage.SELECTION, "112", Choice.DONE)
    assert await audited(scene, "decided selection") == 1


async def test_nothing_is_a_decision(scene: Scene) -> None:
    """A pupil may submit nothing at all."""
    await certified(scene)
    reply = await scene.ask("小美", AskToFinishSelection(0))
    reply = await scene.ask("小美", buttons_of(reply)["Submit nothing"].action)
    assert "you chose to submit nothing" in reply.summary
    (kept,) = await scene.rows(Decision)
    assert kept.choice is Choice.NOTHING


async def test_an_old_card_cannot_submit_another_selection_than_it_showed(scene: Scene) -> None:
    """Nothing, while a work is selected, is refused with the fresh sum; so is the reverse."""
    item = await certified(scene)
    assert refused(await scene.ask("小美", FinishSelection(0, 0)))
    await scene.ask("小美", SelectItem(0, OUTCOME, item))
    reply = await scene.ask("小美", FinishSelection(0, 1))
    assert refused(reply)
    assert "Just these" in buttons_of(reply)
    assert await scene.rows(Decision) == []


async def test_a_decision_follows_later_changes_while_the_window_is_open(scene: Scene) -> None:
    """Who chose nothing and then selects is done with what is selected, and the other way round."""
    item = await certified(scene)
    await scene.ask("小美", FinishSelection(0, 1))
    await scene.ask("小美", SelectItem(0, OUTCOME, item))
    assert [row.choice for row in await scene.rows(Decision)] == [Choice.DONE]
    await scene.ask("小美", UnselectItem(0, OUTCOME, item))
    assert [row.choice for row in await scene.rows(Decision)] == [Choice.NOTHING]


async def test_a_long_list_is_paged_and_a_tap_stays_on_its_page(scene: Scene) -> None:
    """Eight works a page; selecting the ninth answers with the second page."""
    items = [await performed(scene, f"作品{number:02}") for number in range(11)]
    reply = await scene.ask("小美", ShowSelection(0, PERFORMANCE))
    assert "Next page" in buttons_of(reply)
    reply = await scene.ask("小美", SelectItem(0, PERFORMANCE, items[8]))
    assert "作品08 | Competition, 112 | Selected" in text_of(reply)
    assert "作品07" not in text_of(reply)
    assert "Previous page" in buttons_of(reply)
    beyond = await scene.ask("小美", ShowSelection(0, PERFORMANCE, 99))
    assert "作品10" in text_of(beyond)


@pytest.mark.parametrize("seed", range(5))
async def test_taps_repeated_reordered_and_interleaved_end_as_one_by_one(
    scene: Scene, seed: int
) -> None:
    """Each tap comes 2 to 10 times in any order: only a tap that changes something is done (C4)."""
    dice = random.Random(seed)
    items = [await performed(scene, f"作品{number}") for number in range(3)]
    taps = [
        (kind, item)
        for kind in (SelectItem, UnselectItem)
        for item in items
        for _ in range(dice.randint(2, 10))
    ]
    dice.shuffle(taps)
    selected: set[int] = set()
    changes = 0
    for kind, item in taps:
        changing = (kind is SelectItem) != (item in selected)
        reply = await scene.ask("小美", kind(0, PERFORMANCE, item))
        assert refused(reply) is not changing
        changes += changing
        selected ^= {item} if changing else set()
    assert {row.performance_id for row in await scene.rows(Selection)} == selected
    assert await audited(scene, "selected") + await audited(scene, "unselected") == changes
