"""Why a backup cannot be made or put back; every one leaves things as they were."""

from bot.mistakes import Mistake
from handlers.words import N_


class Refused(Mistake):
    """The backup is not made, or not put back; nothing was changed."""


NOT_A_DATABASE = N_("{file} is not a database. Nothing was changed.")
NO_MANIFEST = N_(
    "{file} is not a backup: no legible {manifest} is beside it. A copy of a database that was in "
    "use may lack its newest rows; use what `bot backup` made. Nothing was changed."
)
NEWER = N_(
    "{file} was made by a newer version ({version}): update 歷程鈴 first. Nothing was changed."
)
ANOTHER_KEY = N_(
    "{file}: its manifest was changed, or made with another BOT_SECRET_KEY; without the key of "
    "that time its secrets cannot be read. Nothing was changed."
)
CUT_OFF = N_(
    "{file} has {found} bytes instead of {expected}: it was not copied to its end. Nothing was "
    "changed."
)
ALTERED = N_("{file} is not what was backed up: its bytes have changed. Nothing was changed.")
DAMAGED = N_("{file} is damaged: {why}. Nothing was changed.")
IN_USE = N_(
    "{file} is in use: stop `bot serve`, `bot web` and `bot worker` first. Nothing was changed."
)
NO_ROOM = N_("{folder}: {why}. Make room, or choose another folder; nothing was changed.")
NO_SOURCE = N_("There is no database at {file}: check BOT_DATABASE_URL.")
