"""Files that the office takes along: asked for, made, fetched once (decision 0042)."""

from bot.console.doors import Doors
from bot.console.subjects.downloads import choosing, fetching

doors = Doors(kept=[*choosing.doors.kept, *fetching.doors.kept])
