"""Files that leave: what was done in a term, and name lists for the central database."""


class NoSuchTerm(Exception):
    """The school has no such academic year or semester."""
