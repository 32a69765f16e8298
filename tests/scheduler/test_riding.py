"""What rides on the answer to a tap: who gets aboard, and how each ride ends in the ledger."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.queries import holds, notices, preferences
from models.queries.holds import Hold
from models.queries.rides import Rider
from models.tables import ChatAccount, Delivery, InboundEvent, Notice, School
from models.vocabulary import DeliveryState, NoticeKind, NoticeState, Silence
from scheduler.channel import Outcome, Sent
from scheduler.preparing import Preparation
from scheduler.riding import Ride, arrive, board
from tests.support import cast
from tests.support.cast import taipei
from tests.support.faulty_channel import ACCEPTED, REFUSED, SERVER_ERROR, TIMEOUT, TOO_FAST
from tests.support.scene import ENGLISH
from tests.support.ticking import Bell, ringing

NIGHT = taipei(2024, 9, 16, 23)
UNANSWERED = Sent(Outcome.PERMANENT, 400, reason="reply_token")
WAITS, TOLD, REFUSED_FOR_GOOD, UNKNOWN = "waiting", "told", "refused", "unknown"


async def remind(bell: Bell, *, required: bool = False, held: bool = False) -> None:
    """Let a reminder of a selection wait for 小美."""
    window = bell.cast.windows["selection"]
    async with bell.store.writing() as session:
        await notices.tell(
            session,
            school_id=bell.cast.school.id,
            person_id=bell.cast.people["小美"].id,
            kind=NoticeKind.SELECTION_DUE,
            occasion=f"selection/{required}/{held}",
            now=bell.now,
            window_id=window.id,
            deadline_at=window.closes_at,
            required=required,
        )
        if held:
            (notice,) = (await session.execute(select(Notice))).scalars()
            notice.silence, notice.due_at = Silence.QUOTA, bell.now + timedelta(days=2)


async def boarded(bell: Bell, key: str = "tap") -> Ride | None:
    """Let 小美 tap, and return what rides on the answer."""
    async with bell.store.writing() as session:
        account = await session.get_one(ChatAccount, bell.cast.accounts["小美"].id)
        event = InboundEvent(
            school_id=account.school_id,
            channel="line",
            event_key=key,
            received_at=bell.now,
            happened_at=bell.now,
            raw=b"",
        )
        school = await session.get_one(School, account.school_id)
        channels = {"line": bell.channel}
        preparation = Preparation(
            session, school, channels, lambda _: ENGLISH, bell.now, answers_tap=True
        )
        rider = Rider(event, account, bell.cast.people["小美"].id, "en")
        ready = await board(preparation, rider)
    return Ride(ready, ready.body) if ready else None


async def fate(bell: Bell) -> str:
    """Return where the reminder stands."""
    (notice,) = await bell.rows(Notice)
    return str(notice.silence if notice.state is NoticeState.SKIPPED else notice.state)


@pytest.mark.parametrize(
    ("sent", "required", "expected"),
    [
        (ACCEPTED, False, TOLD),
        (TOO_FAST, False, WAITS),
        (UNANSWERED, False, WAITS),
        (REFUSED, False, REFUSED_FOR_GOOD),
        (TIMEOUT, False, UNKNOWN),
        (TIMEOUT, True, WAITS),
        (SERVER_ERROR, True, WAITS),
        (None, False, UNKNOWN),
        (None, True, WAITS),
    ],
)
async def test_a_ride_ends_as_its_answer_did(
    sqlite_url: str, sent: Sent | None, required: bool, expected: str
) -> None:
    """None is a crash, which the sweep finds; the ride itself is never sent."""
    async with ringing(sqlite_url, NIGHT) as bell:
        await bell.add(cast.performance, by="小美")
        await remind(bell, required=required, held=required)
        ride = await boarded(bell)
        assert ride is not None
        assert await boarded(bell, "another tap") is None
        if sent is None:
            await bell.tick(NIGHT + timedelta(minutes=2))
        else:
            async with bell.store.writing() as session:
                await arrive(session, ride, sent, bell.now)
        assert await fate(bell) == expected
        (delivery,) = await bell.rows(Delivery)
        assert delivery.free
        assert (delivery.state is DeliveryState.ACCEPTED) is (sent is ACCEPTED)
        assert delivery.state not in (DeliveryState.QUEUED, DeliveryState.SENDING)
        assert bell.channel.calls == 0


async def test_what_nobody_wants_does_not_ride(database_url: str) -> None:
    """What is muted, decided, or on hold stays where it is, or gets its reason."""
    async with ringing(database_url, NIGHT) as bell:
        await remind(bell, held=True)
        person = bell.cast.people["小美"]
        async with bell.store.writing() as session:
            await preferences.mute(session, person, NoticeKind.SELECTION_DUE, bell.now)
        assert await boarded(bell) is None
        async with bell.store.writing() as session:
            await preferences.unmute(session, person, NoticeKind.SELECTION_DUE)
            hold = Hold(bell.now, "restored", "somebody")
            await holds.put_on(session, hold, via="terminal")
        assert await boarded(bell) is None
        assert await fate(bell) == WAITS
        assert not await bell.rows(Delivery)

        async with bell.store.writing() as session:
            await holds.take_off(session, hold, "somebody", bell.now, via="terminal")
        assert await boarded(bell) is None
        assert await fate(bell) == Silence.DECIDED
