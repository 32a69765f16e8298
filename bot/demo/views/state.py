"""The state of the stage as the page shows it: the time, the school, what is next, the windows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.console.lazily import AT
from bot.demo import console, labels, lineside, telegramside
from bot.demo.memory import local
from bot.demo.phones import GROUP
from bot.demo.seed import cast
from bot.demo.stage import Stage
from bot.demo.timeline import next_reminder
from bot.demo.views.people import Directory, chats_of
from models.queries import windows
from models.queries.windows import TermWindow
from models.rules.roc import Term, roc_day
from models.rules.taipei import clock_of, day_of, days_left
from models.tables import ChatAccount, School, SchoolClass

Json = dict[str, Any]


async def state(stage: Stage, directory: Directory) -> Json:
    """Return everything that the head of the page shows."""
    now = stage.clock.now()
    async with stage.store.reading() as session:
        school = await stage.school(session)
        coming = await next_reminder(session, school, now)
        return {
            "now": local(now),
            "today": roc_day(day_of(now)),
            "clock": clock_of(now).strftime("%H:%M"),
            "account": lineside.ACCOUNT,
            "telegram": telegramside.ACCOUNT,
            "group": GROUP,
            "console": AT + console.PATH,
            "school": await _school(session, school, directory, now),
            "cast": await _cast(session, directory),
            "next": None if coming is None else {"at": local(coming.at), "label": coming.label},
            "busy": stage.busy,
            "windows": [_window(each, now) for each in await windows.of_school(session, school.id)],
        }


async def _school(
    session: AsyncSession, school: School, directory: Directory, now: datetime
) -> Json:
    pupils = directory.number_of("學生")
    classes = sa.select(sa.func.count()).where(col(SchoolClass.year) == cast.YEAR)
    linked = sa.select(sa.func.count(col(ChatAccount.person_id).distinct()))
    return {
        "name": school.name,
        "term": str(Term.on(day_of(now))),
        "pupils": pupils,
        "classes": await session.scalar(classes),
        "staff": directory.number_of() - pupils,
        "linked": await session.scalar(linked),
    }


async def _cast(session: AsyncSession, directory: Directory) -> list[Json]:
    on_stage = directory.on_stage()
    chats = await chats_of(session, [entry.person_id for entry, _ in on_stage])
    return [entry.view(chats.get(entry.person_id, {}), role) for entry, role in on_stage]


def _window(found: TermWindow, now: datetime) -> Json:
    is_open = found.is_open(now)
    return {
        "id": found.id,
        "stage": labels.STAGES[found.stage],
        "label": labels.window(found.stage, found.term_name, found.window.round),
        "opens": local(found.opens_at),
        "closes": local(found.closes_at),
        "state": "open" if is_open else "upcoming" if now < found.opens_at else "closed",
        "daysLeft": days_left(found.closes_at, now) if is_open else None,
    }
