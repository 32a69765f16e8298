"""Who is acted for: pupils of the demonstration school that nobody plays."""

from collections.abc import Sequence
from datetime import datetime
from random import Random

import sqlalchemy as sa
from sqlmodel import col

from bot.demo.seed import STARTS_AT, cast
from models.tables import ChatAccount, Person
from models.vocabulary import PersonKind


def unplayed(school_id: int) -> sa.Select[int]:
    """Select the ids of the pupils who are not of the cast and never wrote during the show."""
    played = sa.select(sa.literal(1)).where(
        col(ChatAccount.person_id) == col(Person.id), col(ChatAccount.seen_at) > STARTS_AT
    )
    return sa.select(col(Person.id)).where(
        col(Person.school_id) == school_id,
        col(Person.kind) == PersonKind.PUPIL,
        col(Person.number).not_in([part.number for part in cast.EVERYBODY]),
        ~played.exists(),
    )


def dice_at(now: datetime, what: str) -> Random:
    """Return a dice that falls the same way whenever this happens again."""
    return Random(f"{what}/{now.date()}")  # noqa: S311 - repeatable on purpose


def some(dice: Random, ids: Sequence[int], share: float) -> list[int]:
    """Return about this share of the ids."""
    return [each for each in sorted(ids) if dice.random() < share]
