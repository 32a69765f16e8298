"""Sets a template of this folder in type: plain data in, a PDF out.

Data reaches a template as JSON and is shown as text, never read as markup, so a name or a title
can hold any sign. The fonts come with the product; the system's serve only for signs they lack.
"""

import io
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno
import typst
from pylopdf_fonts_zh_tw import sans_path

TEMPLATES = Path(__file__).parent / "templates"


class Press:
    """Makes PDFs; keeps its fonts and templates, so that the second sheet takes milliseconds."""

    def __init__(self) -> None:
        self._fonts = typst.Fonts(font_paths=[str(sans_path().parent)])
        self._compilers: dict[str, typst.Compiler] = {}

    def print(self, template: str, data: Mapping[str, Any]) -> bytes:
        """Return the PDF of a template such as `code_sheet` with its data."""
        if template not in self._compilers:
            self._compilers[template] = typst.Compiler(
                str(TEMPLATES / f"{template}.typ"), root=str(TEMPLATES), font_paths=self._fonts
            )
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        made = self._compilers[template].compile(format="pdf", sys_inputs=inputs)
        if not isinstance(made, bytes):
            raise TypeError("a PDF is one file")
        return made


@lru_cache(maxsize=32)
def qr_code(text: str) -> str:
    """Return a QR code as SVG, without a quiet zone: the template leaves the white around it."""
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="svg", border=0, xmldecl=False)
    return file.getvalue().decode()
