"""The doors of the timetable's pages, and what all of them call things by."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from bot.console.doors import IN_SCHOOL, Doors
from bot.console.subjects.deliveries import vocabulary
from bot.console.visit import Visit
from handlers.findings import citation, finding_sentence, problem_sentence
from handlers.labels import stage
from handlers.words import Words
from models.rulebooks import Problem, Rulebook
from models.rules.lawcheck import Finding
from models.rules.taipei import clock_of, day_of

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
        "begins": lambda at: _begins(at, words),
    }


def _begins(at: datetime, words: Words) -> str:
    """Return when something opens; the hour is said where it is not the day's beginning."""
    return words.day(day_of(at)) if clock_of(at) == time.min else words.moment(at)


def elsewhere(visit: Visit) -> dict[str, str]:
    """Return the pages that belong to a timetable and are open to who looks."""
    from bot.console.subjects import kept_doors

    roles = {door.path: door.roles for door in kept_doors() if door.method == "GET"}
    pages = {
        "/extensions": visit.words.say("Extensions"),
        "/publishing": visit.words.say("Publish the timetable"),
    }
    held = {each.role for each in visit.held}
    return {
        tail: label for tail, label in pages.items() if held & roles.get(IN_SCHOOL + tail, set())
    }
