"""The courses of a term: who teaches them and certifies their works, and who else could."""

from collections.abc import Sequence

from starlette.responses import Response
from wtforms import SelectField

from bot.console import asked
from bot.console.caller import absent
from bot.console.doors import IN_SCHOOL, Doors
from bot.console.forms import ConsoleForm
from bot.console.roles import OFFICE, SEES_SCHOOL
from bot.console.subjects.people import is_office
from bot.console.visit import Visit
from handlers import labels
from handlers.words import N_
from models.queries import importing
from models.queries.console import courses, people
from models.queries.console.courses import Lack, Taught, Wanted
from models.tables import Term

AT = f"{IN_SCHOOL}/courses"
ONE = AT + "/{course:int}"
LACKS: dict[Lack, str] = {
    Lack.NOBODY: N_("The teacher has left the school"),
    Lack.OUT_OF_REACH: N_("No message reaches the teacher"),
}

doors = Doors()


class TeacherForm(ConsoleForm):
    """Who teaches a course from now on."""

    teacher = SelectField(coerce=int)

    def __init__(self, visit: Visit, staff: Sequence[tuple[int, str, str]], course: Taught) -> None:
        super().__init__(visit, given={"teacher": course.teacher_id})
        choices = [(id_, f"{name}（{number}）") for id_, number, name in staff]
        if course.gone:
            choices.insert(0, (course.teacher_id, visit.words.say("Please choose")))
        self.teacher.choices = choices


@doors.get(AT, to=SEES_SCHOOL)
async def show(visit: Visit) -> Response:
    """Show the courses of a term with their teachers, and those that lack one."""
    session, school, values = visit.session, visit.school, visit.request.query_params
    terms = await courses.terms(session, school.id)
    if not terms:
        return visit.page("courses/none.html", office=is_office(visit))
    term = _chosen(terms, asked.text(values, "term"))
    wanted = Wanted(term.id, asked.text(values, "what"), asked.member(values, "lack", Lack))
    rows = await courses.found(
        session, school.id, wanted, limit=asked.A_PAGE + 1, offset=asked.offset(values)
    )
    return visit.page(
        "courses/courses.html",
        page=asked.page(values, rows),
        terms=[_name(each) for each in terms],
        term=_name(term),
        wanted=wanted,
        lacks=LACKS,
        rooms=await courses.rooms(session, term, [each.id for each in rows]),
        room=lambda name: labels.room(name, visit.words),
        without=await courses.without_teacher(session, school.id, term.id),
        office=is_office(visit),
    )


@doors.get(ONE, to=SEES_SCHOOL)
async def show_one(visit: Visit) -> Response:
    """Show one course, and to whom it could be handed over."""
    found = await _found(visit)
    return absent(visit) if found is None else await _one_page(visit, *found)


@doors.post(ONE + "/teacher", to=OFFICE)
async def hand_over(visit: Visit) -> Response:
    """Let somebody else teach a course; what waits for certification waits for them."""
    await importing.lock(visit.session, visit.school.id)
    found = await _found(visit)
    if found is None:
        return absent(visit)
    course, term = found
    form = TeacherForm(visit, await people.staff(visit.session, visit.school.id), course)
    if not form.validate():
        return await _one_page(visit, course, term, form, status=422)
    if form.teacher.data != course.teacher_id:
        await courses.hand_over(visit.session, course.id, form.teacher.data)
        await visit.record(
            "changed course teacher",
            f"course:{course.id}",
            person_id=form.teacher.data,
            before=course.teacher_id,
            after=form.teacher.data,
        )
        visit.say(
            "Kept: what waits for certification in {course} now waits for its new teacher.",
            course=course.name,
        )
    return visit.go(visit.to_school(f"/courses/{course.id}"))


async def _found(visit: Visit) -> tuple[Taught, Term] | None:
    id_ = visit.request.path_params["course"]
    return await courses.one(visit.session, visit.school.id, id_)


async def _one_page(
    visit: Visit, course: Taught, term: Term, form: TeacherForm | None = None, *, status: int = 200
) -> Response:
    staff = await people.staff(visit.session, visit.school.id)
    return visit.page(
        "courses/one.html",
        status,
        course=course,
        term=_name(term),
        rooms=await courses.rooms(visit.session, term, [course.id]),
        room=lambda name: labels.room(name, visit.words),
        form=form or TeacherForm(visit, staff, course),
        lacks=LACKS,
        office=is_office(visit),
    )


def _chosen(terms: Sequence[Term], name: str) -> Term:
    """Return the term of a name, or the newest."""
    return next((each for each in terms if _name(each) == name), terms[0])


def _name(term: Term) -> str:
    return f"{term.year}-{term.semester}"
