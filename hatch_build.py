"""Compile the translation catalogues (.po to .mo) whenever the project is installed or built.

The .mo files are made here, beside their .po, and are never committed. An editable install leaves
them in the clone, where the packages find them; a wheel carries `locales/` beside the packages.
`python hatch_build.py` does the same by hand (`make compile`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALES = Path(__file__).resolve().parent / "locales"


class CompileCatalogues(BuildHookInterface[Any]):
    """Run the compilation before hatchling collects the files of a wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile every catalogue, for a wheel and for an editable install alike."""
        compile_catalogues(LOCALES)


def compile_catalogues(locales: Path) -> list[Path]:
    """Write the .mo beside every .po under `locales`, fuzzy entries left out, and return them."""
    compiled = []
    for po in sorted(locales.glob("*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parents[1].name)
        with mo.open("wb") as target:
            write_mo(target, catalogue)
        compiled.append(mo)
    return compiled


if __name__ == "__main__":
    for path in compile_catalogues(LOCALES):
        print(f"compiled {path.relative_to(LOCALES.parent)}")
