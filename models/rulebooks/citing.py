"""The documents that a rulebook cites, and the clauses in them."""

import re
from collections.abc import Mapping
from datetime import date

from models.rulebooks.problems import Expected
from models.rulebooks.reading import Table
from models.rulebooks.values import Clause

_CITED = re.compile(r"([a-z][a-z0-9_]*)\s*[:：]\s*(.+)")
NO_CLAUSE = Clause("", None, "")
"""What stands where a clause is wrong: the rulebook is refused as a whole."""


class Documents:
    """The documents of one rulebook by their short names; `rules` is always among them."""

    def __init__(self, table: Table) -> None:
        self._known: Mapping[str, tuple[str, date | None]] = _documents(table)

    def clause(self, table: Table) -> Clause:
        """Return the clause that a table must name."""
        return self._cited(table, table.text("clause"))

    def clause_if_any(self, table: Table) -> Clause | None:
        """Return the clause that a table may name."""
        text = table.text("clause", required=False)
        return self._cited(table, text) if text else None

    def _cited(self, table: Table, text: str) -> Clause:
        """Return the clause named by a text: 第六點(三), or with its document: minutes: 壹、一."""
        cited = _CITED.fullmatch(text)
        document, point = (cited[1], cited[2]) if cited else ("rules", text)
        if document in self._known:
            name, dated = self._known[document]
            return Clause(name, dated, point)
        if text and self._known:
            table.problem("clause", Expected.CLAUSE, documents="、".join(self._known))
        return NO_CLAUSE


def _documents(table: Table) -> dict[str, tuple[str, date | None]]:
    documents: dict[str, tuple[str, date | None]] = {}
    for key in ("rules", *(key for key in table.names() if key != "rules")):
        document = table.table(key, required=True)
        if table.has(key):
            documents[key] = (document.text("name"), document.day("dated"))
            document.done()
    return documents
