"""Print the lower end of every version range in pyproject.toml, as pip constraints.

``python tools/oldest.py > oldest.txt`` and then
``python -m pip install --constraint oldest.txt '.[test]'`` install the oldest
set of dependencies that the project says it works with.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
# A range with a lower end: name>=version, then perhaps more, then perhaps a marker.
RANGE = re.compile(r"(?P<name>[\w.-]+)(?:\[.*\])?>=(?P<low>[\w.]+)[^;]*(?P<marker>;.*)?")


def constraints(project: dict) -> Iterator[str]:
    """Pin each requirement to its lower end; the project's own extras have none."""
    own = project["name"]
    optional = project.get("optional-dependencies", {}).values()
    for requirement in [*project["dependencies"], *(r for group in optional for r in group)]:
        if requirement.startswith(f"{own}["):
            continue
        found = RANGE.fullmatch(requirement)
        if found is None:
            sys.exit(f"a requirement must read name>=low,<high, got {requirement!r}")
        yield f"{found['name']}=={found['low']}{found['marker'] or ''}"


if __name__ == "__main__":
    print(*constraints(tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]), sep="\n")
