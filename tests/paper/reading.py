"""What stands on a printed sheet: its pages as text, without spaces."""

import io

from pypdf import PdfReader

A4 = (595, 842)
"""Points."""


def pages(pdf: bytes) -> list[str]:
    """Return the text of every page without spaces and line breaks."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    """Return the sizes of the pages in whole points."""
    found = PdfReader(io.BytesIO(pdf)).pages
    return {(round(page.mediabox.width), round(page.mediabox.height)) for page in found}
