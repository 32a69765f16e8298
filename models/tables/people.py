"""People, what they are to the school, their classes, courses and enrolments."""

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.tables.base import belongs_to, word
from models.vocabulary import Duty, PersonKind


class Person(SQLModel, table=True):
    """A pupil or a member of staff; `number` is the 學號 or staff number and is text."""

    __tablename__ = "person"
    __table_args__ = (sa.UniqueConstraint("school_id", "number"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    kind: PersonKind = word(PersonKind)
    number: str = Field(max_length=32)
    name: str = Field(max_length=80)
    locale: str = Field(default="zh_Hant_TW", max_length=16)
    departed: bool = False


class Role(SQLModel, table=True):
    """A duty that a person holds at the school besides what classes and courses say."""

    __tablename__ = "role"
    __table_args__ = (sa.UniqueConstraint("person_id", "duty"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id")
    person_id: int = belongs_to("person.id", index=False)
    duty: Duty = word(Duty)


class SchoolClass(SQLModel, table=True):
    """A class of one academic year with its homeroom teacher: 201 of the year 113."""

    __tablename__ = "school_class"
    __table_args__ = (sa.UniqueConstraint("school_id", "year", "name"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    year: int
    grade: int
    name: str = Field(max_length=32)
    division: str = Field(max_length=32)
    homeroom_teacher_id: int | None = belongs_to("person.id", nullable=True, default=None)


class Placement(SQLModel, table=True):
    """A pupil's place in a class of one academic year."""

    __tablename__ = "placement"
    __table_args__ = (sa.UniqueConstraint("person_id", "class_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    person_id: int = belongs_to("person.id", index=False)
    class_id: int = belongs_to("school_class.id")
    seat: int


class Course(SQLModel, table=True):
    """A course of one term with the subject teacher who certifies its works."""

    __tablename__ = "course"

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    term_id: int = belongs_to("term.id")
    name: str = Field(max_length=80)
    code: str = Field(default="", max_length=32)
    teacher_id: int = belongs_to("person.id")


class Enrolment(SQLModel, table=True):
    """A pupil takes a course."""

    __tablename__ = "enrolment"
    __table_args__ = (sa.UniqueConstraint("course_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    school_id: int = belongs_to("school.id", index=False)
    course_id: int = belongs_to("course.id", index=False)
    person_id: int = belongs_to("person.id")
