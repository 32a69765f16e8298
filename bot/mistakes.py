"""What only whoever runs the installation can put right."""


class Mistake(Exception):
    """Its text says what is wrong and what to do; `bot` shows that and no traceback."""
