"""What the benchmarks found is kept, and the page and its picture say it."""

from pathlib import Path

import pytest

from benchmarks import report
from benchmarks.measuring import Figure, Findings, Line, Role

TODAY = Line("planning", "add_all", Role.TODAY, 6_000, 0.1, 99)
OURS = Line("planning", "plan", Role.OURS, 24_000, 0.02, 120, {"longest ms": 31.0})
FAST = Figure("planning: times as fast", 4.0, "×", 10, at_least=True)
SMALL = Figure("planning: memory", 120.0, "MB", 200)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a page that has a place for the figures."""
    (tmp_path / "pictures").mkdir()
    page = f"# Benchmarks\n\n{report.BEGIN}old{report.END}\n\nThe rest.\n"
    (tmp_path / "benchmarks.md").write_text(page, "utf-8")
    return tmp_path


def test_a_figure_is_met_on_the_right_side_of_its_goal() -> None:
    """Some goals are reached from below, and some from above; the goal itself is enough."""
    assert [FAST.is_met, SMALL.is_met] == [False, True]
    assert Figure("", 10, "×", 10, at_least=True).is_met
    assert Figure("", 0.1 + 0.2, "%", 0.3).is_met
    assert Figure("", 200, "MB", 200).is_met


def test_the_page_says_what_was_missed_and_keeps_what_others_wrote(folder: Path) -> None:
    """Only what stands between the marks is written; a goal that was missed says by how much."""
    report.write({"planning, a school": Findings((TODAY, OURS), (FAST, SMALL))}, folder)
    page = (folder / "benchmarks.md").read_text("utf-8")
    assert page.startswith("# Benchmarks\n\n")
    assert page.endswith("\n\nThe rest.\n")
    assert "old" not in page
    assert "| planning: times as fast | 4 × | ≥ 10 × | **missed** by 6 × |" in page
    assert "| planning: memory | 120 MB | ≤ 200 MB | met |" in page
    assert "| plan | 24,000 | 4 | 0.02 | 120 |" in page
    assert "<svg" in (folder / "pictures" / "benchmarks.svg").read_text("utf-8")


def test_a_run_of_some_subjects_leaves_the_figures_of_others(folder: Path) -> None:
    """What was found before stays on the page until it is measured again."""
    report.write({"planning, a school": Findings(figures=(FAST,))}, folder)
    report.write({"startup, a school": Findings(figures=(SMALL,))}, folder)
    page = (folder / "benchmarks.md").read_text("utf-8")
    assert "planning: times as fast" in page
    assert "planning: memory" in page
    report.write({"planning, a school": Findings(figures=())}, folder)
    assert "planning: times as fast" not in (folder / "benchmarks.md").read_text("utf-8")
