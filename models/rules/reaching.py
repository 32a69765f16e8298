"""Which of a person's chats a notice goes to: one of them, and the reason where it is none."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from models.rulebooks import ReminderPlan
from models.rules.bundling import Due
from models.rules.calendar import SchoolCalendar
from models.rules.quiet import next_allowed
from models.rules.reminders import (
    Fate,
    Moment,
    Occasion,
    RemindedWindow,
    all_occasions,
)
from models.vocabulary import NoticeKind, Silence, Stage


@dataclass(frozen=True, slots=True)
class Reach:
    """An account through which a person can be reached."""

    account_id: int
    channel: str


@dataclass(frozen=True, slots=True)
class Parted:
    """One person's due notices by the account they go to; and by id why others go to none.

    What is silent for the month's messages may wait for the next month.
    """

    by_account: Mapping[Reach, Sequence[Due]]
    silent: Mapping[int, Silence]


def part(
    dues: Iterable[Due],
    accounts: Sequence[Reach],
    resting: Collection[str],
    counted: Collection[str] = (),
) -> Parted:
    """Return where each of a person's due notices goes: one account, and never two.

    `accounts` are the open ones, the preferred first; on `resting` channels the month is used up,
    and for what is held back on all `counted` ones. A last call that is said again goes elsewhere
    than the call that is due with it.
    """
    by_account: dict[Reach, list[Due]] = {}
    silent: dict[int, Silence] = {}
    called: dict[int | None, int] = {}
    for due in sorted(dues, key=lambda each: each.kind is NoticeKind.LAST_CALL_REPEATED):
        shuns = due.shuns
        if due.kind is NoticeKind.LAST_CALL_REPEATED and due.window_id in called:
            shuns = shuns | {called[due.window_id]}
        closed = counted if due.is_held else resting
        way = _way_of(replace(due, shuns=shuns), accounts, closed)
        if isinstance(way, Silence):
            silent[due.id] = way
        else:
            by_account.setdefault(way, []).append(due)
            called[due.window_id] = way.account_id
    return Parted(by_account, silent)


def _way_of(due: Due, accounts: Sequence[Reach], resting: Collection[str]) -> Reach | Silence:
    """Return the account that a notice goes to, or why it goes to none.

    What is bound to one account goes there or waits; the rest goes to the first that has not
    refused it.
    """
    bound = [each for each in accounts if each.account_id == due.bound_to]
    left = bound or [each for each in accounts if each.account_id not in due.shuns]
    if not left:
        again = due.kind is NoticeKind.LAST_CALL_REPEATED
        return Silence.SUPERSEDED if again else Silence.REFUSED
    return next((each for each in left if each.channel not in resting), Silence.QUOTA)


def last_call_again(
    window: RemindedWindow, plan: ReminderPlan, calendar: SchoolCalendar
) -> Occasion | None:
    """Return when whoever has not tapped counts as not reached by a receipt window's last call.

    The last call then goes to their other chat too: so many hours before the end as the school
    sets, not at night, and not before the call itself. None where the school wants none.
    """
    hours = plan.other_chat_hours
    if window.stage is not Stage.RECEIPT or not hours:
        return None
    calls = [
        each
        for each in all_occasions(window, plan, calendar)
        if each.fate is Fate.DUE and each.moment is not Moment.CLOSED
    ]
    if not calls:
        return None
    last = max(calls, key=lambda each: (each.due_at, each.nominal_at))
    nominal_at = window.closes_at - timedelta(hours=hours)
    allowed_at = next_allowed(nominal_at, plan.quiet, calendar, past_holidays=False)
    due_at = max(allowed_at, last.due_at)
    if due_at >= window.closes_at:
        return None
    return Occasion(
        key=f"{last.key}/again",
        moment=Moment.REMINDER,
        offset_days=last.offset_days,
        nominal_at=nominal_at,
        due_at=due_at,
        required=True,
    )
