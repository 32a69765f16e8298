"""Hands out what was printed: one PDF, or several together."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response

PDF = "application/pdf"
_ZIP = "application/zip"


def handed_out(name: str, content: bytes, kind: str = PDF) -> Response:
    """Return a file to be saved under a name in any language; no browser keeps a copy."""
    return Response(
        content,
        media_type=kind,
        headers={"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"},
    )


def together(name: str, files: Sequence[Path]) -> Response:
    """Return the only file as it is, or several as `name`.zip."""
    if len(files) == 1:
        return handed_out(files[0].name, files[0].read_bytes())
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for each in files:
            archive.write(each, each.name)
    return handed_out(f"{name}.zip", written.getvalue(), _ZIP)
