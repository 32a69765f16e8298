"""The numbers that a rulebook may say, and the words it chooses from."""

from datetime import time

from models.rulebooks.values import Anchor, DayOff
from models.vocabulary import Stage

GRADES = (1, 2, 3)
SEMESTERS = (1, 2)
ROUNDS = 9
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_OFFSETS = (14, 7, 3, 1, 0)
LONGEST_OFFSET = 400
MOST_WEEKS = LONGEST_OFFSET // 7
LONGEST_WINDOW = 366
MOST_SCHOOL_DAYS = 200
LONGEST_LIMIT = 60
MOST_HOURS = 72
MOST_A_DAY = 20
MOST_A_WEEK = 100
LONGEST_EXTENSION = 120
STAGES = tuple(stage.value for stage in Stage)
EXTENDABLE = tuple(stage.value for stage in Stage if stage is not Stage.SUBMISSION)
SLIPPED = (Stage.UPLOAD.value, Stage.SELECTION.value, Stage.RECEIPT.value)
ANCHORS = tuple(anchor.value for anchor in Anchor)
DAYS_OFF = tuple(word.value for word in DayOff)
END_OF_DAY = time(0)
"""How a value says 24:00 where silence means something else."""
