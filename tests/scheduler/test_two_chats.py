"""One person, two chats: each notice once, in the preferred one; elsewhere only for a reason."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from models.queries import answers, notices, preferences
from models.queries.inbox import acted
from models.tables import ChatAccount, Delivery, InboundEvent, Notice
from models.vocabulary import AccountState, DeliveryState, NoticeKind, NoticeState, Silence
from scheduler.dispatch import Dispatcher
from tests.support import cast
from tests.support.cast import taipei
from tests.support.faulty_channel import (
    LOST,
    QUOTA_SPENT,
    REFUSED,
    SERVER_ERROR,
    SHUT_OUT,
    TOO_FAST,
    KeylessChannel,
)
from tests.support.scene import ENGLISH
from tests.support.ticking import Bell, ringing

BEFORE = taipei(2024, 10, 9, 7)
MORNING = taipei(2024, 10, 9, 7, 30)
LAST_DAY = taipei(2024, 10, 14, 7)
NOTE = "You may have had this message a moment ago."
ALSO_HERE = "You did not tap anything in your other chat"


@dataclass
class TwoChats:
    """A school in which 小美 has a chat on each of two channels, the keyed one linked first."""

    bell: Bell
    other: KeylessChannel
    account: ChatAccount

    @property
    def first(self) -> list[str]:
        """Return what 小美 got in the chat that she linked first."""
        return self.bell.told("小美")

    @property
    def second(self) -> list[str]:
        """Return what she got in the other."""
        return [push.summary for push in self.other.to(self.account.address)]

    async def prefers(self, channel: str) -> None:
        """Let her choose a chat."""
        async with self.bell.store.writing() as session:
            await preferences.prefer(session, self.bell.cast.people["小美"], channel)

    async def tell(self, kind: NoticeKind, *, required: bool = False) -> None:
        """Write a notice that is due now."""
        async with self.bell.store.writing() as session:
            await notices.tell(
                session,
                school_id=self.bell.cast.school.id,
                person_id=self.bell.cast.people["小美"].id,
                kind=kind,
                occasion=f"{kind}/{self.bell.now}",
                now=self.bell.now,
                facts={"until": self.bell.now.isoformat()},
                required=required,
            )

    async def silences(self) -> list[str]:
        """Return of each of her notices the state, or why it is silent."""
        return [silence or state for _, state, silence in await self.bell.notices_of("小美")]


@asynccontextmanager
async def two_chats(url: str, now: datetime) -> AsyncIterator[TwoChats]:
    """Open the school."""
    async with ringing(url, now) as bell:
        other = KeylessChannel(lambda: bell.now)
        account = ChatAccount(
            school_id=bell.cast.school.id,
            channel=other.name,
            address="4711",
            person_id=bell.cast.people["小美"].id,
            state_at=now,
            linked_at=now,
        )
        async with bell.store.writing() as session:
            session.add(account)
            await session.flush()
            session.expunge(account)
        bell.dispatcher = Dispatcher(
            bell.store,
            {"line": bell.channel, other.name: other},
            lambda _locale: ENGLISH,
            lambda: bell.now,
        )
        yield TwoChats(bell, other, account)


async def test_a_notice_comes_once_in_the_chat_that_its_person_prefers(database_url: str) -> None:
    """Without a choice it is the one linked first; a choice holds from the next notice on."""
    async with two_chats(database_url, BEFORE) as school:
        await school.bell.add(cast.statement, of="小美")
        await school.bell.tick(MORNING)
        assert (len(school.first), len(school.second)) == (1, 0)

        await school.prefers("telegram")
        await school.bell.run(taipei(2024, 10, 11, 8), every=timedelta(hours=6))
        assert (len(school.first), len(school.second)) == (1, 1)
        assert NOTE not in school.second[0]


async def test_a_chat_that_is_shut_leaves_its_notices_to_the_other(database_url: str) -> None:
    """The one that we know of is passed over; the one that refuses now fails, and says why."""
    async with two_chats(database_url, BEFORE) as school:
        await school.bell.add(cast.statement, of="小美")
        school.bell.channel.faults = iter([SHUT_OUT])
        await school.bell.tick(MORNING)
        await school.bell.tick()

        assert (len(school.first), len(school.second)) == (0, 1)
        failed, sent = await school.bell.rows(Delivery)
        assert (failed.state, failed.reason) == (DeliveryState.FAILED, "blocked")
        assert (sent.state, sent.channel) == (DeliveryState.ACCEPTED, "telegram")
        (notice,) = await school.bell.rows(Notice)
        assert (notice.state, notice.refused_id) == (NoticeState.TOLD, failed.id)

        await school.bell.run(taipei(2024, 10, 11, 8), every=timedelta(hours=6))
        assert (len(school.first), len(school.second)) == (0, 2)


async def test_what_both_chats_refuse_ends_as_refused(database_url: str) -> None:
    """Each is tried once, and what is open stays open for the next notice."""
    async with two_chats(database_url, BEFORE) as school:
        await school.bell.add(cast.statement, of="小美")
        school.bell.channel.faults = iter([REFUSED])
        school.other.faults = iter([REFUSED])
        for _ in range(3):
            await school.bell.tick(MORNING)

        assert (school.bell.channel.calls, school.other.calls) == (1, 1)
        assert await school.silences() == [Silence.REFUSED]


async def test_an_answer_belongs_to_the_chat_in_which_it_arose(database_url: str) -> None:
    """It is not said in the other one, neither for a preference nor after a refusal."""
    async with two_chats(database_url, BEFORE) as school:
        await school.prefers("telegram")
        async with school.bell.store.writing() as session:
            event = InboundEvent(
                school_id=school.bell.cast.school.id,
                channel="line",
                event_key="e1",
                received_at=BEFORE,
                happened_at=BEFORE,
                raw=b"{}",
            )
            session.add(event)
            await session.flush()
            account_id = school.bell.cast.accounts["小美"].id
            body = b'["kept"]'
            acted(event, account_id=account_id, answer=body, now=BEFORE)
            await answers.push(
                session,
                event,
                person_id=school.bell.cast.people["小美"].id,
                account_id=account_id,
                body=body,
                now=BEFORE,
            )
        school.bell.channel.faults = iter([REFUSED])
        await school.bell.tick()
        await school.bell.tick()

        assert (school.bell.channel.calls, school.other.calls) == (1, 0)
        assert await school.silences() == [Silence.REFUSED]


async def test_a_used_up_month_rests_only_where_messages_cost(database_url: str) -> None:
    """Who has a chat that costs nothing gets it there; who has none waits or is told why not."""
    async with two_chats(database_url, BEFORE) as school:
        for name in ("小美", "阿明"):
            await school.bell.add(cast.statement, of=name)
        school.bell.channel.faults = iter([QUOTA_SPENT, QUOTA_SPENT])
        await school.bell.tick(MORNING)
        await school.bell.tick()

        assert (len(school.first), len(school.second)) == (0, 1)
        assert [s for _, _, s in await school.bell.notices_of("阿明")] == [Silence.QUOTA]
        assert await school.silences() == ["told"]


@pytest.mark.parametrize("answer", [LOST, SERVER_ERROR])
async def test_without_a_key_an_ordinary_notice_in_doubt_is_not_said_again(
    database_url: str, answer: object
) -> None:
    """Its silence says that it may have arrived; what is required in the same message comes back.

    The second one tells that it may be the second, and says nothing else again.
    """
    async with two_chats(database_url, BEFORE) as school:
        await school.prefers("telegram")
        await school.bell.add(cast.statement, of="小美")
        school.bell.now = MORNING
        await school.tell(NoticeKind.JOINING_PAUSED)
        school.other.faults = iter([answer, TOO_FAST])  # type: ignore[list-item]
        for minutes in (0, 2, 6, 40):
            await school.bell.tick(MORNING + timedelta(minutes=minutes))

        *lost, said = school.second
        assert len(lost) == (answer is LOST)
        assert (NOTE in said, "paused" in said) == (True, False)
        assert all("paused" in text and NOTE not in text for text in lost)
        assert sorted(await school.silences()) == sorted([Silence.UNKNOWN, "told"])
        assert school.first == []


async def test_who_taps_nothing_after_the_last_call_gets_it_in_the_other_chat_too(
    database_url: str,
) -> None:
    """Twelve hours before the end, once, with the reason; nothing else comes twice."""
    async with two_chats(database_url, LAST_DAY) as school:
        for name in ("小美", "阿明"):
            await school.bell.add(cast.statement, of=name)
        await school.bell.run(taipei(2024, 10, 14, 11, 59), every=timedelta(hours=1))
        assert (len(school.first), len(school.second)) == (1, 0)

        await school.bell.run(taipei(2024, 10, 14, 20), every=timedelta(hours=1))
        assert (len(school.first), len(school.second)) == (1, 1)
        assert ALSO_HERE in school.second[0]
        assert len(school.bell.told("阿明")) == 1
        kinds = [row.kind for row in await school.bell.rows(Notice)]
        assert kinds.count(NoticeKind.LAST_CALL_REPEATED) == 1


async def test_who_tapped_after_the_last_call_is_reached(database_url: str) -> None:
    """A tap in either chat is the proof; and who shut the first chat is called in the second."""
    async with two_chats(database_url, LAST_DAY) as school:
        await school.bell.add(cast.statement, of="小美")
        await school.bell.tick(taipei(2024, 10, 14, 7, 30))
        await school.bell.scene.change(school.account, seen_at=taipei(2024, 10, 14, 9))
        await school.bell.run(taipei(2024, 10, 14, 20), every=timedelta(hours=3))

        assert (len(school.first), len(school.second)) == (1, 0)


@pytest.mark.parametrize("shut", ["line", "telegram"])
async def test_with_one_chat_left_the_last_call_is_not_said_twice_in_it(
    database_url: str, shut: str
) -> None:
    """It goes to the chat that has not had it, if that is the one that is left."""
    async with two_chats(database_url, LAST_DAY) as school:
        await school.bell.add(cast.statement, of="小美")
        await school.bell.tick(taipei(2024, 10, 14, 7, 30))
        account = school.account if shut == "telegram" else school.bell.cast.accounts["小美"]
        await school.bell.scene.change(account, state=AccountState.BLOCKED)
        await school.bell.run(taipei(2024, 10, 14, 20), every=timedelta(hours=3))

        assert len(school.first) == 1
        assert len(school.second) == (shut == "line")
        expected = "told" if shut == "line" else Silence.SUPERSEDED
        assert (await school.silences())[-1] == expected
