"""What every action is: a value that says what somebody asked for."""


class Action:
    """Something a person asked for by a tap, a typed command or the menu."""

    code: str
