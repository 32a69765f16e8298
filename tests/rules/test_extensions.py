"""More time: what can be taken back until when, and the end that suits all of several."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import AlreadyDone, DomainError, ExtensionInUse
from models.rulebooks import Lapse
from models.rulebooks.values import Clause, ExtensionRule, Scope
from models.rules.extensions import LateEnd, earliest, extend, take_back
from models.vocabulary import Stage
from tests.support.cast import taipei

CLOSES = taipei(2025, 2, 4)
BEFORE = CLOSES - timedelta(seconds=1)
RULE = ExtensionRule(Stage.UPLOAD, Scope(), Lapse(3), "", Clause("大誠", None, "三"))


@dataclass(frozen=True)
class Upload:
    """A window of uploading that ends with CLOSES."""

    stage: Stage = Stage.UPLOAD
    opens_at: datetime = CLOSES - timedelta(days=150)
    closes_at: datetime = CLOSES


@pytest.mark.parametrize(
    ("revoked_at", "now", "refusal"),
    [
        (None, BEFORE, None),
        (None, CLOSES, ExtensionInUse),
        (BEFORE, BEFORE, AlreadyDone),
        (BEFORE, CLOSES, AlreadyDone),
    ],
)
def test_more_time_is_taken_back_once_and_only_while_nobody_can_have_used_it(
    revoked_at: datetime | None, now: datetime, refusal: type[DomainError] | None
) -> None:
    """The end of the window for everybody is the first instant at which somebody may have."""
    if refusal is None:
        take_back(CLOSES, revoked_at, now)
        return
    with pytest.raises(refusal):
        take_back(CLOSES, revoked_at, now)


@settings(max_examples=40)
@given(st.lists(st.none() | st.integers(1, 30), max_size=6), st.integers(-3, 40))
def test_what_several_get_is_allowed_to_each_of_them(allowed: list[int | None], days: int) -> None:
    """The strictest rule among them is the one that counts; without any there is no limit."""
    late = [LateEnd(CLOSES + timedelta(days=n), RULE) if n else None for n in allowed]
    until = CLOSES + timedelta(days=days)
    try:
        extend(Upload(), until, BEFORE, earliest(late))
        is_given = True
    except DomainError:
        is_given = False
    assert is_given == (days > 0 and all(each is None or until <= each.at for each in late))
