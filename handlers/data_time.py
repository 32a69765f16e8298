"""Says of what moment the school's data is (資料時間), wherever something rests on it."""

from datetime import datetime

from handlers.replies import Paragraph
from handlers.words import Words


def data_line(words: Words, data_at: datetime | None) -> tuple[Paragraph, ...]:
    """Return the line with the moment of the data; none where works never came from a file."""
    if data_at is None:
        return ()
    said = words.say("Data as of {moment}", moment=words.moment(data_at))
    return (Paragraph(said, quiet=True),)
