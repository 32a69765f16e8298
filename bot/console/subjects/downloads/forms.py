"""What is asked before a file is made: of which time, for whom, as which kind of file."""

from collections.abc import Sequence

from starlette.datastructures import UploadFile
from wtforms import FileField, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional, ValidationError

from bot.console.forms import ConsoleForm
from bot.console.visit import Visit
from bot.exports.columns import BadMap, NameListMap, load
from bot.exports.errands import NameListAsked
from bot.exports.filling import Wanted
from models.rules.namelists.lists import Batch

MOST_IDENTITIES = 4 * 1024 * 1024
MOST_COLUMNS = 256 * 1024
_WAYS = {
    "xlsx": ("xlsx", "utf-8"),
    "utf-8": ("csv", "utf-8"),
    "cp950": ("csv", "cp950"),
}


class FileForm(ConsoleForm):
    """Of which time, and as which kind of file."""

    term = SelectField()
    form = SelectField(default="xlsx")

    def __init__(self, visit: Visit, times: Sequence[tuple[str, str]], usual: str = "") -> None:
        super().__init__(visit, given={"term": usual} if usual else None)
        say = visit.words.say
        self.term.choices = list(times)
        self.times = dict(times)
        self.form.choices = [
            ("xlsx", say("XLSX: one workbook (recommended)")),
            ("utf-8", say("CSV in UTF-8: a file for each sheet")),
            ("cp950", say("CSV in Big5: a file for each sheet")),
        ]

    def way(self) -> tuple[str, str]:
        """Return the kind of file and its encoding."""
        return _WAYS[self.form.data]


class NameListForm(FileForm):
    """A name list: for which grades, with whose identity numbers, and whom to leave out."""

    batch = SelectField(default=Batch.REGULAR.value)
    identities = FileField()
    columns = FileField()
    leave_out = IntegerField(validators=[Optional(), NumberRange(min=1)])

    def __init__(self, visit: Visit, times: Sequence[tuple[str, str]], usual: str = "") -> None:
        super().__init__(visit, times, usual)
        self._words = visit.words
        say = visit.words.say
        self.batch.choices = [
            (Batch.REGULAR.value, say("Grades 10 and 11")),
            (Batch.FIRST.value, say("Grade 12, first batch")),
            (Batch.SECOND.value, say("Grade 12, second batch: what the first did not hold")),
        ]
        self.layout: NameListMap = load()
        self.content = b""

    async def read(self) -> None:
        """Take in what was uploaded, into memory."""
        self.content = await _content(self.identities, MOST_IDENTITIES)
        self._own = await _content(self.columns, MOST_COLUMNS)

    def validate_identities(self, _field: FileField) -> None:
        """Ask for the file of identity numbers: the list cannot be written without."""
        if not self.content:
            raise ValidationError(
                self._words.say("Choose the file with 學號, 身分證號 and 出生日期; at most 4 MB.")
            )

    def validate_columns(self, _field: FileField) -> None:
        """Read a school's own columns; say on which line they are wrong."""
        try:
            self.layout = load(self._own.decode("utf-8") or None)
        except UnicodeDecodeError:
            raise ValidationError(self._words.say("This has to be a UTF-8 text file.")) from None
        except BadMap as error:
            raise ValidationError(
                self._words.say(
                    "Line {line}, {place}: this cannot stand here.",
                    line=error.line,
                    place=error.place,
                )
            ) from None

    def asked(self, key: str) -> NameListAsked:
        """Return the list that was asked for."""
        columns = self.layout.lists[key]
        year, _, semester = self.term.data.partition("-")
        wanted = Wanted(columns, int(year), int(semester or 0), Batch(self.batch.data))
        kind, encoding = self.way()
        return NameListAsked(
            wanted, self.layout, self.content, kind, encoding, self.leave_out.data or 0
        )


class SheetsForm(ConsoleForm):
    """Whose confirmation sheets."""

    room = SelectField()

    def __init__(self, visit: Visit, rooms: Sequence[str]) -> None:
        super().__init__(visit)
        self.room.choices = [(each, each) for each in rooms]


async def _content(field: FileField, most: int) -> bytes:
    """Return an upload of so many bytes at the most, b"" for none; it is on no disk by a name."""
    if not isinstance(field.data, UploadFile) or (field.data.size or 0) > most:
        return b""
    return await field.data.read()
