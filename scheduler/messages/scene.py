"""What every message of a batch is drawn from: the moment, the rules, and the loaded subjects."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.words import Own, Words
from models.queries.extensions import Granted
from models.queries.spoken import Subjects
from models.queries.wanted import Saying
from models.queries.windows import TermWindow
from models.rulebooks import Rulebook
from models.vocabulary import NoticeKind


@dataclass(frozen=True, slots=True)
class Scene:
    """The surroundings of one batch of messages; plain values, loaded beforehand.

    `data_at` is when the data of the last import of works was true, None where there was none.
    `own` is how the school words its messages where it does so itself.
    """

    now: datetime
    rulebook: Rulebook
    windows: Mapping[int, TermWindow]
    about: Subjects
    granted: Granted = field(default_factory=dict)
    data_at: datetime | None = None
    own: Own = field(default_factory=Own)

    def window_of(self, saying: Saying) -> TermWindow:
        """Return the window that a notice is about, with its person's own end if there is one.

        Raises KeyError where it names none.
        """
        window = self.windows[saying.window_id or 0]
        return window.until(self.granted.get((saying.person_id, window.id)))

    def worded(self, kind: NoticeKind, words: Words) -> Words:
        """Return the words in which this school says one kind of message."""
        return words.about(kind.value, self.own)
