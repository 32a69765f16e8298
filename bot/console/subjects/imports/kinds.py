"""The kinds of file that are imported, who may import which, and what has to be in each."""

from dataclasses import dataclass

from bot.console.visit import Visit
from bot.imports.errands import PACKAGE
from bot.imports.taking import Subject
from bot.imports.tray import Tray, tray
from handlers.words import N_
from models.vocabulary import ConsoleRole

IMPORTERS = frozenset({ConsoleRole.REGISTRAR, ConsoleRole.SUBMITTER})
BELOW = "/imports"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what it is called and for, its samples, and the headings of its columns."""

    key: str
    called: str
    purpose: str
    samples: tuple[str, ...]
    needed: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()

    @property
    def of_round(self) -> bool:
        """Say whether it belongs to a round of receipt statements."""
        return self.key in (Subject.RECEIPTS, PACKAGE)

    @property
    def is_package(self) -> bool:
        """Say whether it is the protected zip of the central database."""
        return self.key == PACKAGE


KINDS = (
    Kind(
        Subject.PEOPLE,
        N_("People and classes"),
        N_(
            "Pupils, their classes and seats, and staff. The first time: last year's list first, "
            "then this year's."
        ),
        ("people-last-year.xlsx", "people.xlsx", "people.csv"),
        ("學號/職編", "姓名", "身分", "部別", "學年度", "年級", "班級", "座號"),
        ("導師", "職務"),
    ),
    Kind(
        Subject.COURSES,
        N_("Courses and who takes them"),
        N_("Courses with their teachers, and the classes or pupils who take them."),
        ("courses.xlsx", "courses.csv"),
        ("學年度", "學期", "科目名稱", "任課教師", "班級／修課學生"),
        ("課程代碼",),
    ),
    Kind(
        Subject.WORKS,
        N_("Works"),
        N_("Course outcomes and diverse performances with their states, from the platform."),
        ("works.xlsx", "outcomes.csv"),
        ("學號", "學年度", "學期", "科目名稱／課程代碼", "成果名稱", "狀態"),
        ("簡述", "檔名", "檔案大小", "雜湊值"),
    ),
    Kind(
        Subject.OFFICERS,
        N_("Offices held by pupils"),
        N_("The offices that pupils held in a term: for the name lists."),
        ("officers.xlsx",),
        ("學號", "學年度", "學期", "單位名稱", "擔任職務"),
        ("幹部等級", "開始日期", "結束日期"),
    ),
    Kind(
        Subject.RECEIPTS,
        N_("Receipt statements"),
        N_("What the central database received, a row for each line; pupils are asked then."),
        ("receipts.xlsx", "receipts.csv"),
        ("學號", "類別", "名稱"),
        ("說明",),
    ),
    Kind(
        PACKAGE,
        N_("Receipt package"),
        N_("The protected zip that the central database sends back, as it was downloaded."),
        ("package.zip", "identities.xlsx", "password.txt"),
    ),
)
SAMPLES = frozenset(name for kind in KINDS for name in kind.samples)


def allowed(visit: Visit) -> list[Kind]:
    """Return the kinds that somebody may import: a submitter of one kind of list only that one.

    A package is another way to bring receipt statements.
    """
    scopes = {each.scope for each in visit.held if each.role is ConsoleRole.SUBMITTER}
    registrar = any(each.role is ConsoleRole.REGISTRAR for each in visit.held)
    if registrar or "" in scopes:
        return list(KINDS)
    return [each for each in KINDS if subject_of(each) in scopes]


def kind(visit: Visit, key: str) -> Kind | None:
    """Return a kind that somebody may import, by its key."""
    return next((each for each in allowed(visit) if each.key == key), None)


def subject_of(kind: Kind) -> str:
    """Return which subject the imports of a kind are kept under."""
    return Subject.RECEIPTS if kind.is_package else kind.key


def subjects(visit: Visit) -> list[str]:
    """Return the subjects whose imports somebody may see and undo."""
    return sorted({subject_of(each) for each in allowed(visit)})


def tray_of(visit: Visit) -> Tray:
    """Return where the uploaded files of this installation lie."""
    installation = visit.desk.installation
    return tray(installation.settings.upload_dir, installation.vault.console_key)
