"""Arrows: the contract that holds the picture of who may know whom.

A row such as ``vad -> audio filters`` says that ``vad`` imports nothing of
this project but ``audio``, ``filters`` and itself.  A row names only rows
above it, so the picture has no cycle; ``*`` stands for all of them.
``__init__`` is the project's own front page.  A row may stand here before its
package is written, but no package without a row.
"""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

__all__ = ["Arrows"]


class Arrows(Contract):
    """Who may know whom, one row a module or package, imports of types included."""

    type_name = "arrows"
    arrows = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find the imports that follow no arrow."""
        (root,) = self.session_options["root_packages"]
        known = known_by(self.arrows)
        faults = []
        for importer in sorted(graph.modules):
            here = place(importer, root)
            if here is not None and here not in known:
                faults.append(f"{importer} has no row; say whom {here} may know")
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                there = place(imported, root)
                if there not in {None, here, *known.get(here, ())}:
                    found = graph.get_import_details(importer=importer, imported=imported)
                    lines = ", ".join(str(detail["line_number"]) for detail in found)
                    faults.append(
                        f"{importer}:{lines} imports {imported}; no arrow {here} -> {there}"
                    )
        return ContractCheck(kept=not faults, metadata={"faults": faults})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print one line a fault."""
        for fault in check.metadata["faults"]:
            output.print_error(fault)


def known_by(rows: list[str]) -> dict[str, set[str]]:
    """Read the rows: for each module or package, those that it may know."""
    known: dict[str, set[str]] = {}
    for row in rows:
        name, arrow, others = row.partition("->")
        named = set(known) if others.strip() == "*" else set(others.split())
        if not arrow or not named <= set(known):
            raise ValueError(f"a row must read 'name -> names of rows above it', got {row!r}")
        known[name.strip()] = named
    return known


def place(module: str, root: str) -> str | None:
    """Name the row of a module; ``None`` outside the project."""
    first, *rest = module.split(".")
    if first != root:
        return None
    return rest[0] if rest else "__init__"
