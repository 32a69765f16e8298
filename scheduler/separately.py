"""Does the work of many schools so that the trouble of one is no trouble of the others."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError

log = structlog.get_logger()

Done = TypeVar("Done")
GoesOn = Callable[[], Awaitable[None]]
"""Called after every school: who waits for the end learns that the work goes on."""


async def quietly() -> None:
    """Tell nobody that the work goes on."""


async def each_by_itself(
    job: str,
    school_ids: Iterable[int],
    work: Callable[[int], Awaitable[Done]],
    goes_on: GoesOn = quietly,
) -> list[Done]:
    """Do the work of one school after another; return what was done.

    What breaks in one, such as a rulebook that cannot be read, is logged and passed over. A
    database that is unwell is no school's trouble: that raises.
    """
    done: list[Done] = []
    for school_id in school_ids:
        try:
            done.append(await work(school_id))
        except Exception as error:
            if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
                raise
            log.error("school_failed", job=job, school=school_id, kind=type(error).__name__)
        await goes_on()
    return done
