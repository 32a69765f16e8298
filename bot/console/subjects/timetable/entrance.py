"""The doors of the timetable's pages, and what all of them call things by."""

from collections.abc import Mapping
from typing import Any

from bot.console.doors import IN_SCHOOL, Doors
from bot.console.subjects.deliveries import vocabulary
from bot.console.visit import Visit
from handlers.findings import citation, finding_sentence, problem_sentence
from handlers.labels import stage
from models.rulebooks import Problem, Rulebook
from models.rules.lawcheck import Finding

AT = f"{IN_SCHOOL}/timetable"

doors = Doors()


def sentences(visit: Visit, rulebook: Rulebook) -> Mapping[str, Any]:
    """Return what the templates say about windows, findings and problems of a rulebook."""
    words = visit.words

    def finding(each: Finding) -> str:
        return finding_sentence(each, rulebook, words)

    def problem(each: Problem) -> str:
        return problem_sentence(each, words)

    return {
        **vocabulary(visit),
        "finding": finding,
        "problem": problem,
        "cited": lambda clause: citation(clause, words),
        "stage": lambda each: stage(each, words),
        "division": rulebook.label_of,
    }
