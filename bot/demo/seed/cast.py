"""Who of the demonstration school stands on the stage, found again by their numbers."""

from dataclasses import dataclass

YEAR = 113
ROOM = 1
CLASS_NAME = "201"
"""The cast belongs to the class 201 of the day division."""


@dataclass(frozen=True, slots=True)
class Part:
    """A person of the cast: the number in the school's lists, the name, the word for the role."""

    number: str
    name: str
    role: str


PUPIL = Part("1120112", "林小美", "學生")
SUBJECT_TEACHER = Part("T001", "林志明", "任課教師")
HOMEROOM_TEACHER = Part("T002", "張雅惠", "導師")
REGISTRAR = Part("R001", "許淑芬", "註冊組")
ON_STAGE = (PUPIL, SUBJECT_TEACHER, HOMEROOM_TEACHER)
EVERYBODY = (*ON_STAGE, REGISTRAR)

CLASSMATES = {"1120113": "王宥明", "1120205": "黃詩華"}
TEACHERS = {
    SUBJECT_TEACHER.number: ("資電", SUBJECT_TEACHER.name),
    HOMEROOM_TEACHER.number: ("英文", HOMEROOM_TEACHER.name),
    "T003": ("資電", "王建宏"),
    "T004": ("國文", "陳怡君"),
    "T005": ("數學", "李文傑"),
}
"""Teachers with their families of courses; each is the first of the family to be dealt a class."""
STAFF_NAMES = (*(name for _, name in TEACHERS.values()), REGISTRAR.name)
