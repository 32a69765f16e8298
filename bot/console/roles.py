"""Groups of roles that doors are opened to."""

from models.vocabulary import ConsoleRole

ADMINISTRATORS = frozenset({ConsoleRole.ADMINISTRATOR})
EVERYBODY = frozenset(ConsoleRole)
"""For what concerns only the person who is signed in."""
AT_SCHOOL = EVERYBODY - ADMINISTRATORS
"""Who sees a school's data: to look after the installation is no reason to."""
OFFICE = frozenset({ConsoleRole.REGISTRAR})
"""Who runs a school's timetable, people and messages."""
SEES_PUPILS = AT_SCHOOL - {ConsoleRole.SUBMITTER}
"""Who sees what pupils have decided and been told: each their own (models/rules/sight.py)."""
READS_AUDIT = frozenset({ConsoleRole.REGISTRAR, ConsoleRole.VIEWER})
"""Who sees what everybody did, of the whole school."""
SEES_SCHOOL = READS_AUDIT
"""Who sees what concerns the whole school and no pupil: its courses and their teachers."""
