"""The documents speak of metrics that there are, and of all of them."""

import re
from collections.abc import Iterator

import pytest
import yaml

from bot.i18n import CATALOGUES
from bot.metrics import REGISTRY
from bot.metrics_ledger import Gauges, Standing
from tests.support.stage import MONDAY

DOCS = CATALOGUES.parent / "docs"
ENDINGS = {"histogram": ("_count", "_sum", "_bucket"), "counter": ("_total",), "gauge": ("",)}
NAME = re.compile(r"\b(?:bell|process)_[a-z_]+")


def _families() -> Iterator[tuple[str, str]]:
    """Yield every metric there is with its kind."""
    for registry in (REGISTRY, Gauges(Standing(reachable=True, at=MONDAY, backup_age=0.0))):
        for family in registry.collect():
            yield family.name, family.type


def _names() -> set[str]:
    """Return every name by which a rule may ask."""
    return {name + ending for name, kind in _families() for ending in ENDINGS[kind]}


def _rules() -> list[dict[str, str]]:
    (group,) = yaml.safe_load((DOCS / "alerts.yml").read_text("utf-8"))["groups"]
    return list(group["rules"])


@pytest.mark.parametrize("rule", _rules(), ids=lambda rule: rule["alert"])
def test_a_rule_asks_for_metrics_that_there_are(rule: dict[str, str]) -> None:
    """By their full names; each rule has a sentence for whoever is woken."""
    assert NAME.findall(rule["expr"]) != []
    assert set(NAME.findall(rule["expr"])) - _names() == set()
    assert "summary" in rule["annotations"]


def test_the_table_has_every_metric_and_no_other() -> None:
    """But for those of the process, which are the client's own."""
    text = (DOCS / "operations.md").read_text("utf-8")
    told = set(re.findall(r"^\| `(bell_[a-z_]+)` \|", text, re.MULTILINE))
    ours = {name + "_total" * (kind == "counter") for name, kind in _families()}
    assert told == {name for name in ours if name.startswith("bell_")}
