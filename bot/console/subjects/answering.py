"""The two forms of what waits for an answer: in whose hand it is, and the answer itself."""

from collections.abc import Sequence

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from bot.console.forms import ConsoleForm
from bot.console.subjects.waiting import Case, Kind
from bot.console.visit import Visit
from handlers.words import N_
from models.queries.console.answering import Officer
from models.rules.questions import LONGEST
from models.vocabulary import AppealState, QueryState

_ROOM_FOR_CLAUSE = 60
_NOBODY = 0
_OUTCOMES = {
    Kind.RECEIPT: {
        QueryState.CORRECTED.value: N_("Corrected: the next round shows it"),
        QueryState.EXPLAINED.value: N_("Explained: nothing is to be corrected"),
    },
    Kind.APPEAL: {
        AppealState.GRANTED.value: N_("Granted: the work is looked at again"),
        AppealState.EXPLAINED.value: N_("Explained: it stays as it is"),
    },
    Kind.QUESTION: {},
}


class OwnerForm(ConsoleForm):
    """Who takes it, and who stands in for them."""

    owner = SelectField(coerce=int, default=_NOBODY)
    deputy = SelectField(coerce=int, default=_NOBODY)

    def __init__(self, visit: Visit, officers: Sequence[Officer], case: Case) -> None:
        given = {"owner": case.row.owner_id or _NOBODY, "deputy": case.row.deputy_id or _NOBODY}
        super().__init__(visit, given=given)
        self._words = visit.words
        choices = [(each.id, each.name) for each in officers]
        self.owner.choices = [(_NOBODY, visit.words.say("Nobody yet")), *choices]
        self.deputy.choices = [(_NOBODY, visit.words.say("Nobody")), *choices]

    def validate_deputy(self, field: SelectField) -> None:
        """Ask for somebody else than the owner."""
        if field.data != _NOBODY and field.data == self.owner.data:
            raise ValidationError(
                self._words.say("Somebody else, please: they stand in when the owner is away.")
            )


class AnswerForm(ConsoleForm):
    """The office's words, and for a query or an appeal what came of it."""

    outcome = SelectField()
    text = TextAreaField(validators=[Length(max=LONGEST - _ROOM_FOR_CLAUSE)])
    clause = StringField(validators=[Length(max=_ROOM_FOR_CLAUSE - 2)])

    def __init__(self, visit: Visit, case: Case) -> None:
        super().__init__(visit)
        self._words = words = visit.words
        outcomes = _OUTCOMES[case.kind]
        if outcomes:
            known = [(value, words.say(said)) for value, said in outcomes.items()]
            self.outcome.choices = [("", words.say("Please choose")), *known]
        else:
            del self.outcome
            del self.clause

    def validate_outcome(self, field: SelectField) -> None:
        """Ask for a choice: what was not chosen must not reach a pupil."""
        if not field.data:
            raise ValidationError(self._words.say("Please choose what came of it."))

    def validate_text(self, field: TextAreaField) -> None:
        """Ask for words where somebody waits for them: a correction speaks for itself."""
        corrected = "outcome" in self and self["outcome"].data == QueryState.CORRECTED
        if not corrected and not (field.data or "").strip():
            raise ValidationError(self._words.say("Your answer, please: they get it as it is."))

    @property
    def chosen(self) -> str:
        """Return what came of it, in the word of its kind."""
        return str(self["outcome"].data)

    def explanation(self) -> str:
        """Return the words with their clause, as the pupil gets them."""
        text = (self.text.data or "").strip()
        clause = (self["clause"].data or "").strip()
        if self.chosen == QueryState.CORRECTED or not clause:
            return text
        return self._words.say("{text} ({clause})", text=text, clause=clause)
