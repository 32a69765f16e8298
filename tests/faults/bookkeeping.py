"""After a run: the ledger against what LINE's side took and what people did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.faults.furnishing import PUPILS
from tests.faults.line_side import CLOSED, Line
from tests.support.cast import Cast

OCCASIONS = {
    "receipt": ("opened", "D-3", "D-1", "D-0", "closed"),
    "upload": ("D-7", "D-3", "D-1", "D-0"),
}
"""What the school's rulebook says of the two windows."""
_KEY_LASTS = 23 * 3_600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a run leaves behind, with who was not there all the time."""

    line: Line
    cast: Cast
    gone: set[int]
    trace: Sequence[str]
    logs: Sequence[Mapping[str, Any]]


def audit(left: Evidence) -> list[str]:
    """Return the rules that were broken, as the books and the logs show it."""
    return [
        *_stuck(left),
        *_disagreeing(left),
        *_unexplained(left),
        *_lost(left),
        *_unplanned(left),
        *(f"logged {entry}" for entry in left.logs if _is_bug(entry)),
    ]


def _rows(left: Evidence, text: str, *values: Any) -> list[Any]:
    return left.line.books.execute(text, values).fetchall()


def _stuck(left: Evidence) -> list[str]:
    """Return what is not at its end ten minutes after the last fault."""
    stuck = _rows(
        left,
        "SELECT 'delivery', state, id FROM delivery WHERE state IN ('queued', 'sending')"
        " UNION ALL SELECT 'attempt', outcome, id FROM attempt WHERE outcome = 'open'"
        " UNION ALL SELECT 'notice', state, id FROM notice WHERE state IN ('waiting', 'bundled')",
    )
    return [f"stuck: {kind} {id_} {state}" for kind, state, id_ in stuck]


def _disagreeing(left: Evidence) -> list[str]:
    """Return where our books and LINE's side differ."""
    taken = set(left.line.taken)
    ours = {
        key: (state, reason)
        for key, state, reason in _rows(left, "SELECT retry_key, state, reason FROM delivery")
    }
    found = [
        f"accepted in our books only: {key}"
        for key, (state, _) in ours.items()
        if state == "accepted" and key not in taken
    ]
    found += [
        f"accepted by LINE, ours says {ours.get(key)}"
        for key in taken
        if ours.get(key) != ("accepted", "") and ours.get(key) != ("failed", "unknown")
    ]
    told = _rows(
        left,
        "SELECT notice.id, delivery.retry_key FROM notice"
        " LEFT JOIN delivery ON delivery.id = notice.delivery_id WHERE notice.state = 'told'",
    )
    found += [f"notice {id_} was never told" for id_, key in told if key not in taken]
    twice = _rows(
        left,
        "SELECT person_id, created_at FROM delivery WHERE state <> 'withdrawn'"
        " GROUP BY person_id, created_at HAVING count(*) > 1",
    )
    return found + [f"two messages at once to {person_id}" for person_id, _ in twice]


def _unexplained(left: Evidence) -> list[str]:
    """Return the silences whose reason does not hold."""
    silent = _rows(
        left,
        "SELECT id, person_id, window_id, silence, deadline_at, delivery_id FROM notice"
        " WHERE state = 'skipped'",
    )
    return [f"notice {row[0]} is silent as {row[3]}" for row in silent if not _holds(left, row[1:])]


def _holds(left: Evidence, silent: tuple[int, int, str, int | None, int]) -> bool:
    person_id, window_id, why, deadline, delivery_id = silent
    line = left.line
    match why:
        case "decided":
            return (person_id, window_id) in line.done
        case "no_account" | "blocked":
            return person_id in left.gone
        case "deadline_passed":
            return deadline is not None
        case "deadline_moved":
            return window_id in line.moved_at
        case "refused":
            return any(" refused" in each for each in left.trace)
        case "expired":
            return _in_doubt(left, delivery_id)
        case "superseded":
            return bool(
                _rows(
                    left,
                    "SELECT 1 FROM notice WHERE person_id = ? AND window_id IS ?"
                    " AND (silence IS NULL OR silence <> 'superseded')",
                    person_id,
                    window_id,
                )
            )
        case _:
            return why == "nothing_outstanding"


def _in_doubt(left: Evidence, delivery_id: int) -> bool:
    """Say whether nobody could know if this arrived, and no key was left to try again with."""
    doubtful = _rows(
        left,
        "SELECT 1 FROM attempt WHERE delivery_id = ?"
        " AND (outcome = 'unknown' OR outcome = 'transient' AND status >= 500)",
        delivery_id,
    )
    ((person_id, first, settled),) = _rows(
        left,
        "SELECT person_id, first_tried_at, settled_at FROM delivery WHERE id = ?",
        delivery_id,
    )
    changed = person_id in left.gone or any(p == person_id for p, _ in left.line.done)
    in_time = settled - first >= _KEY_LASTS or _over(left, delivery_id)
    return bool(doubtful and (in_time or changed or left.line.moved_at))


def _over(left: Evidence, delivery_id: int) -> bool:
    """Say whether something that this delivery told had passed its deadline when it was closed."""
    return bool(
        _rows(
            left,
            "SELECT 1 FROM notice JOIN delivery ON delivery.id = notice.delivery_id"
            " WHERE delivery.id = ? AND notice.deadline_at <= delivery.settled_at",
            delivery_id,
        )
    )


def _lost(left: Evidence) -> list[str]:
    """Return who was there all the time, had not confirmed, and has no word of it in the ledger."""
    window_id = left.cast.windows["receipt"].id
    closes_at = left.line.closes_at[window_id]
    found = []
    for name in PUPILS:
        person_id = left.cast.people[name].id
        if person_id in left.gone or (person_id, window_id) in left.line.done:
            continue
        closed = _rows(
            left,
            "SELECT state, silence FROM notice"
            " WHERE person_id = ? AND kind = ? AND window_id = ?"
            " AND (silence IS NULL OR silence <> 'deadline_moved')",
            person_id,
            CLOSED,
            window_id,
        )
        if not [one for one in closed if one[0] == "told" or one[1] in ("expired", "refused")]:
            found.append(f"{name} was not told the end of {closes_at:%m-%d}: {closed}")
    return found


def _unplanned(left: Evidence) -> list[str]:
    """Return the occasions of a window that never moved of which somebody has no notice."""
    found = []
    for window, moments in OCCASIONS.items():
        window_id = left.cast.windows[window].id
        if window_id in left.line.moved_at:
            continue
        for moment in moments:
            ((people,),) = _rows(
                left,
                "SELECT count(DISTINCT person_id) FROM notice"
                " WHERE window_id = ? AND occasion LIKE ?",
                window_id,
                f"%/{moment}",
            )
            if people < len(PUPILS):
                found.append(f"{window} {moment} was planned for {people}")
    return found


def _is_bug(entry: Mapping[str, Any]) -> bool:
    return entry["log_level"] == "error" and entry.get("kind") not in (
        "Killed",
        "BaseExceptionGroup",
    )
