"""Bundling and sending: one message a person, looked at once more, honest about every silence."""

import itertools
from datetime import timedelta

from models.queries import answers
from models.queries.inbox import acted
from models.tables import (
    Attempt,
    ChatAccount,
    Confirmation,
    Delivery,
    InboundEvent,
    Notice,
)
from models.vocabulary import (
    AccountState,
    AttemptOutcome,
    DeliveryState,
    NoticeKind,
    OutcomeState,
    Silence,
)
from scheduler import planning
from scheduler.bundling import bundle
from scheduler.fairness import FIRST
from tests.support import cast, crowd
from tests.support.cast import taipei
from tests.support.faulty_channel import (
    LOST,
    QUOTA_SPENT,
    REFUSED,
    SERVER_ERROR,
    SHUT_OUT,
    TOO_FAST,
    WRONG_TOKEN,
)
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)


async def silence_of(bell: Bell, name: str) -> list[str]:
    """Return the states of a person's notices, or the reasons for silence."""
    return [silence or state for _, state, silence in await bell.notices_of(name)]


async def test_all_that_is_due_to_one_person_is_one_message(database_url: str) -> None:
    """A pupil for whom several things fall due gets one push that says them all."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        async with bell.store.writing() as session:
            await tell_linked(session, bell, "小美")

        await bell.tick(MORNING)

        assert bell.told("小美") == [
            "Please check your receipt statement by 113/10/14 (Mon) (and one more)"
        ]
        assert await silence_of(bell, "小美") == ["told", "told"]
        assert len(await bell.rows(Delivery)) == 1


async def test_who_confirms_in_the_last_moment_is_not_told_any_more(database_url: str) -> None:
    """What is wanted is looked up again after bundling: a decision withdraws the message."""
    async with ringing(database_url, BEFORE) as bell:
        statement = await bell.add(cast.statement, of="小美")
        bell.now = MORNING
        await planning.plan(bell.store, MORNING)
        await bundle(bell.store, MORNING, {"line"})
        async with bell.store.writing() as session:
            session.add(
                Confirmation(
                    school_id=bell.cast.school.id,
                    statement_id=statement.id,
                    person_id=bell.cast.people["小美"].id,
                    confirmed_at=MORNING,
                )
            )

        await bell.tick()

        assert bell.channel.pushes == []
        assert await silence_of(bell, "小美") == [Silence.DECIDED]
        (delivery,) = await bell.rows(Delivery)
        assert delivery.state is DeliveryState.WITHDRAWN


async def test_nothing_goes_to_a_chat_that_was_unlinked(database_url: str) -> None:
    """Between bundling and sending the chat was let go: the notice says why it stays unsaid."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        bell.now = MORNING
        await planning.plan(bell.store, MORNING)
        await bundle(bell.store, MORNING, {"line"})
        await bell.scene.change(bell.cast.accounts["小美"], person_id=None)

        await bell.tick()
        await bell.tick()

        assert bell.channel.pushes == []
        assert await silence_of(bell, "小美") == [Silence.NO_ACCOUNT]


async def test_a_chat_that_went_to_somebody_else_gets_nothing_of_the_first(
    database_url: str,
) -> None:
    """A message follows the person into the new chat and never reaches who has the old one."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        bell.now = MORNING
        await planning.plan(bell.store, MORNING)
        await bundle(bell.store, MORNING, {"line"})
        old = bell.cast.accounts["小美"]
        await bell.scene.change(bell.cast.accounts["阿明"], person_id=None)
        await bell.scene.change(old, person_id=bell.cast.people["阿明"].id)
        await bell.scene.change(bell.cast.accounts["阿明"], person_id=bell.cast.people["小美"].id)

        await bell.tick()
        await bell.tick()

        assert [push.address for push in bell.channel.pushes] == [bell.cast.address("阿明")]


async def test_after_the_deadline_nothing_is_said_about_it(database_url: str) -> None:
    """A worker that wakes after the deadline says only what silence has done."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")

        await bell.tick(taipei(2024, 10, 15, 8))

        assert bell.told("小美") == [
            "Receipt confirmation 112-2: closed 113/10/14 (Mon), deemed confirmed"
        ]
        assert set(await silence_of(bell, "小美")) == {Silence.DEADLINE_PASSED, "told"}


async def test_nothing_leaves_at_night(database_url: str) -> None:
    """What falls due in the quiet hours waits for the morning."""
    night = taipei(2024, 10, 8, 22)
    async with ringing(database_url, night) as bell:
        async with bell.store.writing() as session:
            await tell_linked(session, bell, "小美")

        await bell.run(taipei(2024, 10, 9, 6, 59), every=timedelta(hours=1))
        assert bell.channel.pushes == []

        await bell.tick(taipei(2024, 10, 9, 7))
        assert len(bell.told("小美")) == 1


async def test_a_public_holiday_puts_off_what_can_wait(database_url: str) -> None:
    """On the national day nothing is pushed but what is required; the rest follows after it."""
    holiday = taipei(2024, 10, 10, 9)
    async with ringing(database_url, holiday) as bell:
        async with bell.store.writing() as session:
            await tell_linked(session, bell, "小美")

        await bell.tick(holiday)
        assert bell.channel.pushes == []

        await bell.tick(taipei(2024, 10, 11, 7, 30))
        assert len(bell.told("小美")) == 1


async def test_requests_for_certification_wait_for_the_digest_morning(database_url: str) -> None:
    """Ten requests are one message on the next digest morning, not ten pushes."""
    monday = taipei(2024, 10, 14, 12)
    async with ringing(database_url, monday) as bell:
        for number in range(10):
            await bell.add(
                cast.outcome, by="小美", title=f"報告{number}", state=OutcomeState.AWAITING
            )
        for outcome_id in range(1, 11):
            await request(bell, outcome_id)

        await bell.tick(monday)
        assert bell.channel.pushes == []

        await bell.tick(taipei(2024, 10, 17, 7, 40))
        assert bell.told("林老師") == [
            "10 works wait for your certification, the first until 114/2/10 (Mon) (116 days left)"
        ]
        states = await silence_of(bell, "林老師")
        assert sorted(states) == sorted([Silence.SUPERSEDED] * 9 + ["told"])


async def test_a_failed_call_is_repeated_with_the_same_key_and_body(database_url: str) -> None:
    """Errors and lost answers end in exactly one accepted message."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        bell.channel.faults = iter([SERVER_ERROR, TOO_FAST, LOST])

        await bell.tick(MORNING)
        await bell.run(MORNING + timedelta(minutes=5), every=timedelta(seconds=20))

        assert len(bell.told("小美")) == 1
        assert bell.channel.broken_rules == []
        outcomes = [row.outcome for row in await bell.rows(Attempt)]
        assert outcomes == [
            AttemptOutcome.TRANSIENT,
            AttemptOutcome.TRANSIENT,
            AttemptOutcome.UNKNOWN,
            AttemptOutcome.ACCEPTED,
        ]
        (delivery,) = await bell.rows(Delivery)
        assert delivery.body is None


async def test_the_channel_s_wish_to_be_left_alone_is_kept(database_url: str) -> None:
    """After a 429 with a pause nothing is tried before the pause is over."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        bell.channel.faults = iter([TOO_FAST])

        await bell.tick(MORNING)
        await bell.tick(MORNING + timedelta(seconds=29))
        assert bell.channel.calls == 1

        await bell.tick(MORNING + timedelta(seconds=30))
        assert len(bell.told("小美")) == 1


async def test_a_key_is_never_used_after_twenty_three_hours(sqlite_url: str) -> None:
    """A line that breaks for a day ends in an honest unknown, not in a second message."""
    async with ringing(sqlite_url, taipei(2024, 9, 20, 7)) as bell:
        await bell.add(cast.performance, by="小美")
        bell.channel.faults = itertools.repeat(SERVER_ERROR)

        await bell.run(taipei(2024, 9, 20, 20), every=timedelta(minutes=30))
        (delivery,) = await bell.rows(Delivery, person_id=bell.cast.people["小美"].id)
        await bell.scene.change(bell.cast.windows["selection"], closes_at=taipei(2024, 12, 1))
        await bell.scene.change(
            (await bell.rows(Notice, delivery_id=delivery.id))[0],
            deadline_at=taipei(2024, 12, 1),
        )
        bell.channel.faults = iter([])
        await bell.tick(taipei(2024, 9, 21, 8))

        (delivery,) = await bell.rows(Delivery, id=delivery.id)
        assert (delivery.state, delivery.reason) == (DeliveryState.FAILED, "unknown")
        assert bell.told("小美") == []
        assert Silence.EXPIRED in await silence_of(bell, "小美")


async def test_what_was_certainly_refused_is_said_again_under_a_new_key(sqlite_url: str) -> None:
    """After a day of 429s the message gets another key, since nobody can have got it."""
    async with ringing(sqlite_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        bell.channel.faults = itertools.repeat(TOO_FAST)

        await bell.run(taipei(2024, 10, 10, 6, 30), every=timedelta(hours=1))
        bell.channel.faults = iter([])
        await bell.run(taipei(2024, 10, 10, 9), every=timedelta(minutes=30))

        assert len(bell.told("小美")) == 1
        first, second = await bell.rows(Delivery)
        assert first.state is DeliveryState.WITHDRAWN
        assert second.state is DeliveryState.ACCEPTED
        assert first.retry_key != second.retry_key


async def test_a_month_that_is_used_up_stops_the_school_until_the_next(database_url: str) -> None:
    """What ends before the next month is skipped for the quota, the rest waits for it."""
    async with ringing(database_url, BEFORE) as bell:
        for name in ("小美", "阿明"):
            await bell.add(cast.statement, of=name)
        async with bell.store.writing() as session:
            await tell_linked(session, bell, "王老師")
        bell.channel.faults = itertools.repeat(QUOTA_SPENT)

        await bell.tick(MORNING)
        calls = bell.channel.calls
        await bell.tick(MORNING + timedelta(minutes=1))
        assert bell.channel.calls == calls
        assert await silence_of(bell, "小美") == [Silence.QUOTA]

        bell.channel.faults = iter([])
        await bell.tick(taipei(2024, 10, 31, 20))
        assert bell.channel.pushes == []
        await bell.tick(taipei(2024, 11, 1, 7))
        assert len(bell.told("王老師")) == 1


async def test_a_token_that_is_refused_fails_no_message(database_url: str) -> None:
    """A school whose token ran out loses nothing: what was to be said waits for a new one."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        bell.channel.faults = itertools.repeat(WRONG_TOKEN)
        await bell.run(MORNING + timedelta(hours=3), every=timedelta(minutes=15))
        assert bell.told("小美") == []

        bell.channel.faults = iter([])
        await bell.run(MORNING + timedelta(hours=4), every=timedelta(minutes=5))

        assert len(bell.told("小美")) == 1


async def test_who_has_shut_us_out_is_noted_and_not_tried_again(database_url: str) -> None:
    """A channel that tells of a block ends the message and closes the account."""
    async with ringing(database_url, BEFORE) as bell:
        await bell.add(cast.statement, of="小美")
        bell.channel.faults = iter([SHUT_OUT])

        await bell.run(taipei(2024, 10, 14, 9), every=timedelta(hours=3))

        assert bell.told("小美") == []
        assert len(await bell.rows(Attempt, outcome=AttemptOutcome.PERMANENT)) == 1
        assert set(await silence_of(bell, "小美")) == {Silence.BLOCKED}
        (account,) = await bell.rows(ChatAccount, id=bell.cast.accounts["小美"].id)
        assert account.state is AccountState.BLOCKED


async def test_a_poison_row_does_not_hold_up_the_others(database_url: str) -> None:
    """A notice that cannot be drawn and a message that is refused each get their reason."""
    async with ringing(database_url, BEFORE) as bell:
        for name in ("小美", "阿明", "小華"):
            await bell.add(cast.statement, of=name)
        async with bell.store.writing() as session:
            session.add(
                Notice(
                    school_id=bell.cast.school.id,
                    person_id=bell.cast.people["小美"].id,
                    kind=NoticeKind.QUERY_SETTLED,
                    occasion="poison",
                    facts={"query_id": 4711},
                    due_at=BEFORE,
                    created_at=BEFORE,
                )
            )
        bell.channel.faults = iter([REFUSED])

        await bell.tick(MORNING)

        assert len(bell.channel.pushes) == 2
        poison = await bell.rows(Notice, occasion="poison")
        assert [row.silence for row in poison] == [Silence.REFUSED]
        assert await bell.unfinished() == 0


async def test_an_answer_that_matters_leaves_at_night_as_it_was_drawn(database_url: str) -> None:
    """The answer to a tap is no reminder: it is pushed at once, with its own key."""
    night = taipei(2024, 10, 8, 23)
    async with ringing(database_url, night) as bell:
        async with bell.store.writing() as session:
            event = InboundEvent(
                school_id=bell.cast.school.id,
                channel="line",
                event_key="e1",
                received_at=night,
                happened_at=night,
                raw=b"{}",
            )
            session.add(event)
            await session.flush()
            acted(event, account_id=None, answer=None, now=night)
            await answers.push(
                session,
                event,
                person_id=bell.cast.people["小美"].id,
                account_id=bell.cast.accounts["小美"].id,
                body=b'["an answer"]',
                now=night,
            )

        await bell.tick(night)

        assert bell.told("小美") == ["an answer"]
        assert await silence_of(bell, "小美") == ["told"]


async def test_an_answer_leaves_before_the_reminders_that_came_before_it(database_url: str) -> None:
    """Who has just tapped is not put behind a morning's queue."""
    async with ringing(database_url, BEFORE) as bell:
        await crowd.join(bell.store, bell.cast, 40)
        bell.now = MORNING
        await planning.plan(bell.store, MORNING)
        await bundle(bell.store, MORNING, {"line"})
        bell.now = MORNING + timedelta(seconds=1)
        async with bell.store.writing() as session:
            event = InboundEvent(
                school_id=bell.cast.school.id,
                channel="line",
                event_key="e1",
                received_at=bell.now,
                happened_at=bell.now,
                raw=b"{}",
            )
            session.add(event)
            await session.flush()
            await answers.push(
                session,
                event,
                person_id=bell.cast.people["小美"].id,
                account_id=bell.cast.accounts["小美"].id,
                body=b'["an answer"]',
                now=bell.now,
            )

        await bell.tick(bell.now)

        said = [push.summary for push in bell.channel.pushes]
        assert len(said) > 40
        assert said.index("an answer") < FIRST


async def tell_linked(session: object, bell: Bell, name: str) -> None:
    """Write a notice that can wait."""
    session.add(  # type: ignore[attr-defined]
        Notice(
            school_id=bell.cast.school.id,
            person_id=bell.cast.people[name].id,
            kind=NoticeKind.ACCOUNT_LINKED,
            occasion="account-linked/1",
            due_at=bell.now,
            created_at=bell.now,
        )
    )


async def request(bell: Bell, outcome_id: int) -> None:
    """Write the notice of a request for certification, as a pupil's tap does."""
    async with bell.store.writing() as session:
        session.add(
            Notice(
                school_id=bell.cast.school.id,
                person_id=bell.cast.people["林老師"].id,
                kind=NoticeKind.CERTIFICATION_REQUESTED,
                occasion=f"requested/{outcome_id}",
                window_id=bell.cast.windows["certification"].id,
                facts={"outcome_id": outcome_id},
                due_at=bell.now,
                created_at=bell.now,
                deadline_at=bell.cast.windows["certification"].closes_at,
            )
        )
