"""Importing in the console: upload, look at what would change, take over, undo (decision 0040)."""

from bot.console.doors import Doors
from bot.console.subjects.imports import choosing, differences, looking, undoing

doors = Doors(
    kept=[
        *choosing.doors.kept,
        *looking.doors.kept,
        *undoing.doors.kept,
        *differences.doors.kept,
    ]
)
