"""Schools of any number for the benchmarks, written in sets: 560,000 pupils in a minute.

A school has four windows, of which the upload of works is about to close. Of its pupils 12 % have
no chat account and 2 % have shut the bot out; 30 % have decided; half have a work, most of them
certified or waiting for it; 5 % have muted the reminder. A class of 30 has a homeroom teacher, and
every teacher a course. Nobody is enrolled in one: reminders do not ask for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import SQLModel, col

from benchmarks.sizes import Size
from models.migrations import synchronous
from models.rulebooks import shipped
from models.tables import (
    Attempt,
    ChatAccount,
    Course,
    CourseOutcome,
    Decision,
    Delivery,
    Mute,
    Notice,
    Person,
    Placement,
    School,
    SchoolClass,
    Term,
    Window,
)
from models.tables.base import to_micros
from models.vocabulary import Stage

OPENS_AT = datetime(2024, 8, 29, 16, tzinfo=UTC)
CLOSES_AT = datetime(2025, 2, 3, 16, tzinfo=UTC)
BEFORE = datetime(2025, 1, 19, 16, tzinfo=UTC)
"""Midnight in Taipei, before the morning on which the reminder of 14 days falls due."""
AFTER = BEFORE + timedelta(hours=12)
FIRST = 100
"""The id of the first school; its windows are numbered 1000, 1001 …"""
OCCASION = "113-1/upload/all/1/2025-02-03/D-14"

_TO_A_CLASS = 30
_LATER = {Stage.CERTIFICATION: 10, Stage.SELECTION: 40, Stage.RECEIPT: 300}
"""By how many days other windows close later than the upload."""
_SPREAD = "(n % 100 * 19 % 100)"
"""A number below 100 that neighbours do not share."""


def gather(url: str, size: Size, *, channel: str = "line") -> None:
    """Write the schools of a size into a migrated database; everybody's chats are on a channel."""
    rulebook = shipped()["caotun"].read_text("utf-8")
    schools = range(FIRST, FIRST + size.schools)
    with writing(url) as connection:
        for table, rows in (
            (School, [_school(number, rulebook) for number in schools]),
            (Term, [_term(number) for number in schools]),
            (Window, [row for number in schools for row in _windows(number)]),
        ):
            connection.execute(sa.insert(_table(table)), rows)
        _write_teachers(connection, size, channel)
        _write_pupils(connection, size, channel)
    study(url)


def add_school(url: str) -> None:
    """Write one school without anybody, of the id 1."""
    with writing(url) as connection:
        connection.execute(sa.insert(_table(School)), [{**_school(1, ""), "code": "060402"}])


def forget(url: str) -> None:
    """Empty the ledger, and let every school be as it was before its reminders fell due."""
    with writing(url) as connection:
        names = [_table(table).name for table in (Attempt, Notice, Delivery)]
        if connection.dialect.name == "sqlite":
            for name in names:
                connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 - our own names
        else:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")
        every = sa.update(School).where(col(School.id) >= FIRST)
        connection.execute(every.values(planned_until=BEFORE))


def let_wait(url: str, *, due_at: datetime, most: int) -> int:
    """Write notices that wait for pupils with an open chat, one each until it is `most` in all."""
    micros = to_micros(due_at)
    with writing(url) as connection:
        written = _insert(
            connection,
            Notice,
            _open_chats(connection, most),
            school_id="person.school_id",
            person_id="person_id",
            kind="'upload_due'",
            occasion=f"'{OCCASION}/' || n",
            window_id="person.school_id * 10",
            facts="'{}'",
            required="FALSE",
            due_at=micros,
            deadline_at=to_micros(CLOSES_AT),
            created_at=micros,
            state="'waiting'",
        )
    study(url)
    return written


def let_queue(url: str, *, most: int) -> int:
    """Write messages that wait to be claimed, one each until it is `most` in all."""
    micros = to_micros(BEFORE)
    with writing(url) as connection:
        written = _insert(
            connection,
            Delivery,
            _open_chats(connection, most),
            school_id="person.school_id",
            person_id="person_id",
            account_id="chat_account.id",
            channel="chat_account.channel",
            retry_key="person_id || '-' || n",
            state="'queued'",
            created_at=micros,
            try_at=micros,
        )
    study(url)
    return written


def study(url: str) -> None:
    """Let PostgreSQL look at its tables; its autovacuum does so within a minute, too late here."""
    if not url.startswith("sqlite"):
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")
        engine.dispose()


@contextmanager
def writing(url: str) -> Iterator[sa.Connection]:
    """Open a transaction that looks after no foreign keys: what is written here keeps them."""
    engine = sa.create_engine(synchronous(url))
    lax = (
        "PRAGMA synchronous=OFF"
        if engine.dialect.name == "sqlite"
        else "SET session_replication_role = replica"
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(lax)
        yield connection
    engine.dispose()


def _open_chats(connection: sa.Connection, most: int) -> str:
    """Return SQL that gives pupils' open chats, each so often that there are `most` in all."""
    theirs = "chat_account JOIN person ON person.id = person_id AND person.kind = 'pupil'"
    open_ = "chat_account.state = 'open'"
    counted = f"SELECT COUNT(*) FROM {theirs} WHERE {open_}"  # noqa: S608 - our own words
    times = -(-most // (connection.scalar(sa.text(counted)) or 1))
    return f"{theirs}, ({_series(times)}) AS series WHERE {open_} LIMIT {most}"


def _write_teachers(connection: sa.Connection, size: Size, channel: str) -> None:
    """Write as many teachers as classes, each with a class of their own and a course."""
    of_school = -(-size.pupils // _TO_A_CLASS)
    teachers = f"({_series(size.schools * of_school)}) AS series"
    school, number, id_ = f"{FIRST} + n / {of_school}", f"n % {of_school}", f"{size.people} + n + 1"
    own = {"school_id": school}
    _insert(
        connection, Person, teachers, id=id_, **own,
        kind="'staff'", number=f"'T' || ({number})", name="'林雅婷'", departed="FALSE",
    )  # fmt: skip
    _insert(
        connection, SchoolClass, teachers, id="n + 1", **own, year="113",
        grade="n % 3 + 1", name=f"'1' || ({number})", division="'day'", homeroom_teacher_id=id_,
    )  # fmt: skip
    _insert(
        connection, Course, teachers, id="n + 1", **own,
        term_id=school, name="'物理'", teacher_id=id_,
    )  # fmt: skip
    _insert(connection, ChatAccount, teachers, person_id=id_, **own, **_chat(channel, "T"))


def _write_pupils(connection: sa.Connection, size: Size, channel: str) -> None:
    own = {"school_id": f"{FIRST} + n / {size.pupils}"}
    mine = {"person_id": "n + 1", **own}
    of_school = -(-size.pupils // _TO_A_CLASS)
    number = f"n % {size.pupils}"
    room = f"n / {size.pupils} * {of_school} + {number} / {_TO_A_CLASS} + 1"
    everybody = f"({_series(size.people)}) AS series"

    def some(first: int, last: int) -> str:
        return f"{everybody} WHERE {_SPREAD} BETWEEN {first} AND {last - 1}"

    _insert(
        connection, Person, everybody, id="n + 1", **own,
        kind="'pupil'", number=f"10000000 + {number}", name="'王小明'", departed="FALSE",
    )  # fmt: skip
    _insert(
        connection, Placement, everybody, **mine,
        class_id=room, seat=f"{number} % {_TO_A_CLASS} + 1",
    )  # fmt: skip
    _insert(connection, ChatAccount, some(0, 88), **mine, **_chat(channel, "P"))
    _insert(
        connection, Decision, some(40, 70), **mine,
        stage="'upload'", scope="'113-1'", choice="'done'", decided_at=to_micros(OPENS_AT),
    )  # fmt: skip
    _insert(
        connection, CourseOutcome, some(45, 95), **mine,
        course_id=room, term_id=own["school_id"], title="'斜面實驗報告'",
        state=f"CASE WHEN {_SPREAD} < 60 THEN 'draft' WHEN {_SPREAD} < 75 THEN 'awaiting' "
        "ELSE 'certified' END",
    )  # fmt: skip
    _insert(
        connection, Mute, some(10, 15), **mine,
        kind="'upload_due'", muted_at=to_micros(OPENS_AT),
    )  # fmt: skip


def _chat(channel: str, letter: str) -> dict[str, object]:
    opened = to_micros(OPENS_AT)
    prefix = f"U{letter}" if channel == "line" else str(ord(letter))
    return {
        "channel": f"'{channel}'",
        "address": f"'{prefix}' || (100000000 + n)",
        "state": f"CASE WHEN {_SPREAD} IN (7, 8) THEN 'blocked' ELSE 'open' END",
        "state_at": opened,
        "linked_at": opened,
    }


def _series(count: int) -> str:
    """Return SQL that gives the numbers n from 0 below `count`."""
    more = f"SELECT n + 1 FROM numbers WHERE n < {count - 1}"  # noqa: S608 - a number of ours
    return f"WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL {more}) SELECT n FROM numbers"  # noqa: S608


def _insert(
    connection: sa.Connection, table: type[SQLModel], source: str, **columns: object
) -> int:
    """Write rows whose columns are SQL over a source; return how many."""
    values: list[sa.ColumnElement[Any]] = [
        sa.literal_column(str(said)) for said in columns.values()
    ]
    rows = sa.select(*values).select_from(sa.text(source))
    written = connection.execute(
        sa.insert(_table(table)).from_select(list(columns), rows),
        execution_options={"preserve_rowcount": True},
    )
    return written.rowcount


def _table(row: type[SQLModel]) -> sa.Table:
    table: sa.Table = row.__table__  # type: ignore[attr-defined]
    return table


def _school(number: int, rulebook: str) -> dict[str, Any]:
    return {
        "id": number,
        "code": f"{number:06}",
        "name": "",
        "rulebook": rulebook,
        "planned_until": BEFORE,
    }


def _term(school: int) -> dict[str, Any]:
    return {"id": school, "school_id": school, "year": 113, "semester": 1}


def _windows(school: int) -> Iterator[dict[str, Any]]:
    for place, (stage, later) in enumerate({Stage.UPLOAD: 0, **_LATER}.items()):
        yield {
            "id": school * 10 + place,
            "school_id": school,
            "term_id": school,
            "stage": stage,
            "grades": "1,2,3",
            "round": 1,
            "opens_at": OPENS_AT if later < 100 else CLOSES_AT + timedelta(days=later - 7),
            "closes_at": CLOSES_AT + timedelta(days=later),
            "source": "computed",
            "because": "",
            "version": 1,
        }
