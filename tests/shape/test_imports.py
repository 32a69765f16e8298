"""Imports point one way: bot, scheduler, handlers, models; and inside models just so."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("models", "handlers", "scheduler", "bot")
INSIDE_MODELS = (
    "vocabulary",
    "errors",
    "tables",
    "rulebooks",
    "rules",
    "store",
    "queries",
    "migrations",
)
VENDORS = {"aiohttp", "apscheduler", "click", "linebot", "starlette", "telegram", "uvicorn"}


def modules(package: str) -> list[Path]:
    """Return every module of a package, as a path from the root."""
    return sorted(path.relative_to(ROOT) for path in (ROOT / package).rglob("*.py"))


def imported(module: Path) -> Iterator[str]:
    """Name every module that a module imports anywhere."""
    for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_nothing_above_it(layer: str) -> None:
    """What is above knows what is below, never the other way round."""
    above = LAYERS[LAYERS.index(layer) + 1 :]

    found = [
        (str(module), name)
        for module in modules(layer)
        for name in imported(module)
        if name.split(".")[0] in above
    ]

    assert found == []


def test_inside_models_rules_know_no_database() -> None:
    """Queries stand on the store, rules on rows, rows on words."""
    found = [
        (str(module), name)
        for module in modules("models")
        for name in imported(module)
        if name.startswith("models.") and _height(name.split(".")) > _height(module_parts(module))
    ]

    assert found == []


def module_parts(module: Path) -> tuple[str, ...]:
    """Return a module's dotted name in parts."""
    return module.with_suffix("").parts


def _height(parts: Sequence[str]) -> int:
    return INSIDE_MODELS.index(parts[1]) if parts[1] in INSIDE_MODELS else 0


@pytest.mark.parametrize("layer", ["models", "handlers", "scheduler"])
def test_only_bot_knows_a_vendor(layer: str) -> None:
    """A channel, a server or a scheduler by name is nobody's business below."""
    found = [
        (str(module), name)
        for module in modules(layer)
        for name in imported(module)
        if name.split(".")[0] in VENDORS
    ]

    assert found == []


def test_what_draws_cards_asks_no_database() -> None:
    """Cards are drawn from values that a handler has loaded."""
    drawing = [module for module in modules("handlers") if module.stem.endswith("_cards")]

    assert drawing
    assert [
        (str(module), name)
        for module in drawing
        for name in imported(module)
        if name.startswith(("handlers.router", "sqlalchemy", "models.store"))
    ] == []
