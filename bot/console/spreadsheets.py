"""Hands out a list as a CSV file that spreadsheet programs open as it is: UTF-8 with its mark."""

import csv
import io
from collections.abc import Iterable, Sequence

from starlette.responses import Response

from models.rules.namelists.cells import begins_a_formula


def spreadsheet(name: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """Return a file `name`.csv; nothing in it is run by a spreadsheet program."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(headings)
    for row in rows:
        writer.writerow([f"'{each}" if begins_a_formula(each) else each for each in row])
    return Response(
        written.getvalue().encode("utf-8-sig"),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}.csv"'},
    )
