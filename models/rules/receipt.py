"""Receipt confirmation: what counts as confirmed, and which doubts are queries (114函 point 6)."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from models.errors import AlreadyConfirmed, AlreadyDone, AlreadySettled, NotAQuery, Outdated
from models.tables import Confirmation, Query, ReceiptStatement
from models.vocabulary import QueryReason, QueryState, StatementPart

_OWN_REASONS = {
    StatementPart.OUTCOME: (QueryReason.WRONG_FILE, QueryReason.WRONG_COURSE),
    StatementPart.PERFORMANCE: (QueryReason.WRONG_FILE,),
}
"""What only some parts of a statement can have."""


class Standing(StrEnum):
    """Where a statement stands with its pupil; derived at every look, never stored."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    QUERIED = "queried"
    DEEMED_CONFIRMED = "deemed_confirmed"


def standing(
    statement: ReceiptStatement,
    confirmation: Confirmation | None,
    queries: Collection[Query],
    closes_at: datetime,
    now: datetime,
) -> Standing:
    """Return where a statement stands at `now`; `closes_at` is the first instant after the window.

    Whoever raised a query did not keep silent, so silence never speaks for them (114函 point
    6(三)). The later word counts: a query raised after confirming, or a confirmation after the
    school explained. What belongs to other statements is passed over.
    """
    said_at = [query.raised_at for query in queries if query.statement_id == statement.id]
    if confirmation is not None and confirmation.statement_id == statement.id:
        later = any(at >= confirmation.confirmed_at for at in said_at)
        return Standing.QUERIED if later else Standing.CONFIRMED
    if said_at:
        return Standing.QUERIED
    return Standing.WAITING if now < closes_at else Standing.DEEMED_CONFIRMED


def can_confirm(confirmation: Confirmation | None, queries: Collection[Query]) -> bool:
    """Say whether 資料正確無誤 is still to be said: once, with every query explained.

    What is corrected comes in a later round, so a corrected query leaves nothing to confirm.
    """
    return confirmation is None and all(query.state is QueryState.EXPLAINED for query in queries)


def confirm(
    statement: ReceiptStatement,
    confirmation: Confirmation | None,
    queries: Collection[Query],
    *,
    seen: int,
) -> None:
    """Raise unless the pupil may say 資料正確無誤 to the version of the statement they saw.

    AlreadyConfirmed after a confirmation; Outdated where the statement was imported anew since, or
    where a query that was not explained says the opposite.
    """
    if confirmation is not None:
        raise AlreadyConfirmed(confirmation.confirmed_at)
    if statement.version != seen or not can_confirm(confirmation, queries):
        raise Outdated


def reasons_for(part: StatementPart) -> tuple[QueryReason, ...]:
    """Return the reasons for which a line of this part can be doubted, the wish to improve last.

    Only what is made in a course can be in the wrong one, and only what has a file can have
    another's; records have neither, and nobody improves them.
    """
    if part not in _OWN_REASONS:
        return (QueryReason.OTHER_DIFFERENCE,)
    return (*_OWN_REASONS[part], QueryReason.OTHER_DIFFERENCE, QueryReason.COULD_BE_BETTER)


def settle(known: Query) -> None:
    """Raise AlreadySettled unless a query still waits for the office: the first word stays."""
    if known.state is not QueryState.OPEN:
        raise AlreadySettled(known.settled_at or known.raised_at)


def line_in_doubt(line_id: int | None, reason: QueryReason) -> int | None:
    """Return the line that a query concerns; a missing work has no line."""
    return None if reason is QueryReason.MISSING_ITEM else line_id


def query(
    queries: Collection[Query],
    line_id: int | None,
    reason: QueryReason,
    *,
    part: StatementPart | None,
    clause: str,
) -> None:
    """Raise unless a doubt about a line (None: about a missing work) is a query.

    NotAQuery for the wish to improve a work: the receipt compares what was submitted with what was
    uploaded, nothing else (草屯 六(三)). Outdated for a reason that does not fit the line's `part`
    (None for a missing work), as on an old card. AlreadyDone where this line is queried already.

    A pupil may still query within the window after confirming: the law closes the statement at the
    end of the announced window, not at the first answer (114函 point 6(二)–(三); 草屯 六(三) speaks
    of 超過期限). A hasty tap on *correct* must not cost anybody a correction.
    """
    if reason is QueryReason.COULD_BE_BETTER:
        raise NotAQuery(clause)
    if part is not None and reason not in reasons_for(part):
        raise Outdated
    if any(known.line_id == line_id for known in queries):
        raise AlreadyDone
