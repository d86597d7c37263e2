"""Notebooks: the ones that ship, in an installed package and in a checkout alike."""

from pathlib import Path

__all__ = ["shipped"]


def shipped() -> tuple[Path, ...]:
    """Find the notebooks that ship.

    Returns
    -------
    tuple of Path
        In order of use; to be copied before they are changed.
    """
    here = Path(__file__).resolve()
    packaged = here.parent / "_data" / "notebooks"
    folder = packaged if packaged.is_dir() else here.parents[1] / "notebooks"
    return tuple(sorted(folder.glob("*.ipynb")))
