"""A school's own wording keeps every place and what the law wants said, and nothing odd gets in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rules.simplified import simplified_in
from models.rules.wording import Flaw, Problem, can_be_said, places_of, problems
from tools.simplified import simplified_characters

NAMES = st.sampled_from(["name", "deadline", "left", "n"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("{name}到 {deadline} 截止", []),
        ("{deadline} 前完成{name}，還來得及", []),
        ("{name}快截止了", [Problem(Flaw.MISSING_PLACE, ("deadline",))]),
        ("{name}到 {deadline} 截止，{who}", [Problem(Flaw.UNKNOWN_PLACE, ("who",))]),
        ("{name}到 {deadline 截止", [Problem(Flaw.UNREADABLE)]),
        ("{name}到 {deadline!r} 截止", [Problem(Flaw.UNREADABLE)]),
        ("{name}到 {deadline:>999999999}", [Problem(Flaw.UNREADABLE)]),
        ("{name.__class__}到 {deadline}", [Problem(Flaw.UNREADABLE)]),
        ("{}到 {deadline}", [Problem(Flaw.UNREADABLE)]),
        ("{name}到 {deadline}，至少上傳一件", [Problem(Flaw.BANNED, ("至少",))]),
        ("{name}到 {deadline}，請看屏幕", [Problem(Flaw.NOT_OURS, ("屏幕",))]),
    ],
)
def test_what_is_wrong_with_a_wording_is_named(said: str, expected: list[Problem]) -> None:
    """Each flaw with what it is in, so that the page can say it."""
    assert list(problems(said, {"name", "deadline"})) == expected


def test_words_that_the_law_wants_stay() -> None:
    """What silence brings cannot be reworded away."""
    assert list(problems("請盡快核對", (), ("視為已確認",))) == [
        Problem(Flaw.MISSING_TERM, ("視為已確認",))
    ]
    assert list(problems("不回應就視為已確認", (), ("視為已確認",))) == []


def test_simplified_characters_are_those_that_the_repository_refuses() -> None:
    """No dictionary is needed to tell them, and the two ways agree on every one."""
    all_of_them = "".join(sorted(simplified_characters()))
    assert simplified_in(all_of_them) == all_of_them
    assert simplified_in("台后里范煊喆峯堃，勾選 A1") == ""
    one = min(simplified_characters())
    assert list(problems(one, ())) == [Problem(Flaw.SIMPLIFIED, (one,))]


@settings(max_examples=50)
@given(st.lists(NAMES, unique=True), st.text(alphabet="勾選截止 {}", max_size=12))
def test_what_has_no_problem_can_be_said(names: list[str], text: str) -> None:
    """With its places filled a wording that was found fine never fails."""
    said = text + "".join(f"{{{name}}}" for name in names)
    if not list(problems(said, names)):
        assert said.format_map(dict.fromkeys(names, "…")) is not None
        assert places_of(said) == set(names)


@pytest.mark.parametrize(
    ("said", "fine"),
    [("{title}！", True), ("{n} 件{title}", True), ("{who}", False), ("{title", False)],
)
def test_a_wording_that_was_kept_is_looked_at_again(said: str, *, fine: bool) -> None:
    """A count may say its number; what the product's sentence lacks cannot be said any more."""
    assert can_be_said(said, "{title} is certified") is fine
