"""Every kind of message has an example, and what it says can be reworded as it stands."""

import ast
import inspect
from datetime import UTC, datetime

import pytest

from bot.console import labels
from bot.i18n import words
from handlers.labels import WORDS
from models.rulebooks import load, shipped
from models.rules.wording import problems
from models.vocabulary import NoticeKind
from scheduler.messages import MESSAGES
from scheduler.messages.examples import TO
from scheduler.messages.sentences import TERMS, script

WRITTEN_BY_PEOPLE = {NoticeKind.SCHOOL_ANNOUNCED}
"""What somebody wrote for this occasion has no wording of its own."""
INSIDE = {", ", "{n} receipt query", "{n} typed question", "{n} appeal", "{n} message", "{n} day"}
"""What a message says only within another sentence, or as a value beside its label."""
NOW = datetime(2025, 1, 27, tzinfo=UTC)
RULEBOOK = load(shipped()["caotun"].read_text("utf-8"), name="caotun")


def test_every_kind_of_message_can_be_shown_and_reworded() -> None:
    """A new kind needs an example in scheduler/messages/examples.py."""
    assert set(MESSAGES) - set(TO) == WRITTEN_BY_PEOPLE


@pytest.mark.parametrize("kind", TO, ids=lambda kind: str(kind.value))
def test_the_product_s_own_words_pass_the_checks(kind: NoticeKind) -> None:
    """Nobody is refused what the product says itself, and every place has a name for people."""
    for sentence in script(kind, RULEBOOK, NOW, words()).sentences:
        found = list(problems(sentence.product, sentence.places, sentence.terms))
        assert found == [], sentence.product
        assert sentence.places <= sentence.shown.keys()
        assert all(labels.place(name, words()) != name for name in sentence.places)


@pytest.mark.parametrize("kind", TO, ids=lambda kind: str(kind.value))
def test_the_examples_say_all_that_a_message_says(kind: NoticeKind) -> None:
    """What its module says in so many words is heard on one of its days."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(MESSAGES[kind])))  # type: ignore[arg-type]
    written = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("say", "count")
        and isinstance(node.args[0], ast.Constant)
    }
    heard = {each.msgid for each in script(kind, RULEBOOK, NOW, words()).sentences}
    of_the_domain = {msgid for members in WORDS.values() for msgid in members.values()}
    assert written - heard - of_the_domain - INSIDE <= _seldom(kind)


def _seldom(kind: NoticeKind) -> set[str]:
    """Return what is said only where a school's rules have a clause, or of a missing work."""
    return {
        NoticeKind.CERTIFICATION_DUE: {
            (
                "By the school's rules a work is certified or returned within {span} of being "
                "sent ({clause})."
            )
        },
        NoticeKind.CLASS_DIGEST: {
            "{window}: please collect the paper slips by {day} ({clause}).",
        },
        NoticeKind.QUERY_SETTLED: {"a missing work"},
        NoticeKind.SELECTION_DUE: {"{part} of {whole}"},
        NoticeKind.SLIP_ENTERED: {"Confirmed: all is correct", "{n} query"},
    }.get(kind, set())


def test_what_the_law_wants_said_is_said_by_some_message() -> None:
    """A sentence that is reworded in the product takes its terms along."""
    said = {
        each.msgid: each for kind in TO for each in script(kind, RULEBOOK, NOW, words()).sentences
    }
    assert set(TERMS) <= set(said)
