"""Panel: pictures that follow controls, and a config that follows both.

Controls call back through ``observe``, and so do buttons, which are toggles
that fall back: an exception then reaches whoever moved them.  In a browser
nobody sees what a callback raises, so the panel shows it as well.

A panel edits a :class:`~voicelab.tuning.Tuning`: it says what differs from
where it started, and saves it when asked.
"""

import html
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from voicelab.tuning import Tuning
from voicelab.tuning.change import Change, word
from voicelab.views.figures.picture import Picture

__all__ = ["Panel", "PanelError", "toggle"]

DEFAULT_PROFILE = "voice-live-2026-07-15"


class PanelError(ValueError):
    """What a panel refuses to do, and what to do instead."""


class Panel:
    """Controls above pictures; ``widget`` is what a notebook shows.

    Parameters
    ----------
    *pictures : Picture
        Brought up to date by :meth:`update`.
    controls : sequence of Widget
        Whose ``value`` redraws the pictures.
    below : sequence of Widget
        What stands under the pictures.
    tuning : Tuning or None
        Where it starts; the service's defaults, unless told.
    """

    def __init__(
        self,
        *pictures: Picture,
        controls: Sequence[widgets.Widget],
        below: Sequence[widgets.Widget] = (),
        tuning: Tuning | None = None,
    ) -> None:
        self._start = tuning or Tuning.from_profile(DEFAULT_PROFILE)
        self._pictures = pictures
        self._images = [widgets.Image(format="png") for _ in pictures]
        self._changed, self._error = widgets.HTML(), widgets.HTML()
        self.path = widgets.Text("tuned.json", description="save to", continuous_update=False)
        self.saves = toggle("save", "Write the config, with what was changed here")
        row = widgets.Layout(flex_flow="row wrap")
        self.widget = widgets.VBox(
            [
                widgets.HBox(list(controls), layout=row),
                *self._images,
                self._error,
                *below,
                widgets.HBox([self.path, self.saves, self._changed], layout=row),
            ]
        )
        self._agreed: Path | None = None
        for control in controls:
            self.watch(control, self._redraw)
        self.watch(self.saves, self._save)
        self._redraw()

    @property
    def png(self) -> bytes:
        """The first picture as it stands."""
        return bytes(self._images[0].value)

    @property
    def pngs(self) -> tuple[bytes, ...]:
        """All pictures as they stand."""
        return tuple(bytes(image.value) for image in self._images)

    @property
    def changes(self) -> tuple[Change, ...]:
        """What differs from where the panel started."""
        return tuple(
            Change(path, before, after)
            for path, after in self.edits().items()
            if (before := _value(self._start, path)) != after
        )

    @property
    def tuning(self) -> Tuning:
        """The config in hand: where it started, with the changes made by hand."""
        tuning = self._start
        for change in self.changes:
            tuning = tuning.with_value(change.path, change.after)
        return tuning

    def edits(self) -> Mapping[str, object]:
        """Give the values that the controls hold, by their place in a config."""
        raise TypeError(f"{type(self).__name__} must say which values its controls hold")

    def update(self) -> None:
        """Bring the pictures to what the controls say."""
        raise TypeError(f"{type(self).__name__} must say how its pictures follow its controls")

    def save(self, path: str | Path, *, replace: bool = False) -> None:
        """Write the config in hand.

        Parameters
        ----------
        path : str or Path
            Where to.
        replace : bool
            Whether a file that is there may be replaced.

        Raises
        ------
        PanelError
            If there is one and it may not.
        """
        path = Path(path)
        if path.exists() and not replace:
            raise PanelError(
                f"{path} must not exist yet, got a file; press save again to replace it"
            )
        self.tuning.save(path)

    def watch(self, control: widgets.Widget, follow: Callable[[Any], None]) -> None:
        """Follow a control; what goes wrong is shown and raised.

        Parameters
        ----------
        control : Widget
            With a ``value``.
        follow : callable
            Called with the new value; of a toggle, when it is pressed.
        """

        def called(change: Any) -> None:
            try:
                if isinstance(control, widgets.ToggleButton):
                    if not change["new"]:
                        return
                    control.value = False
                follow(change["new"])
            except Exception as error:
                said = html.escape(f"{type(error).__name__}: {error}")
                self._error.value = f"<b style='color:#D55E00'>{said}</b>"
                raise
            self._error.value = ""

        control.observe(called, names="value")

    def _redraw(self, _value: object = None) -> None:
        self.update()
        for picture, image in zip(self._pictures, self._images, strict=True):
            image.value = picture.png()
        self._say("; ".join(map(_said, self.changes)) or "nothing changed yet")

    def _save(self, _pressed: object) -> None:
        path = Path(self.path.value)
        replacing = path.exists()
        if replacing and self._agreed != path:
            self._agreed = path
            self._say(f"{path} exists: press save again to replace it")
            return
        self._agreed = None
        self.save(path, replace=replacing)
        self._say(f"{'replaced' if replacing else 'wrote'} {path}")

    def _say(self, sentence: str) -> None:
        self._changed.value = html.escape(sentence)


def toggle(description: str, tooltip: str) -> widgets.ToggleButton:
    """Make a button that can be followed like any control.

    Parameters
    ----------
    description : str
        A word or two.
    tooltip : str
        A sentence.

    Returns
    -------
    ToggleButton
        Set its ``value`` to press it.
    """
    return widgets.ToggleButton(
        value=False, description=description, tooltip=tooltip,
        layout=widgets.Layout(width="auto"),
    )  # fmt: skip


def _said(change: Change) -> str:
    name = change.path.rpartition("/")[2]
    return f"{name} {word(change.before)} -> {word(change.after)}"


def _value(tuning: Tuning, path: str) -> object:
    if path == "/filters":
        return tuning.filters
    _, section, name = path.split("/")
    settings = getattr(tuning, section)
    return None if settings is None else getattr(settings, name)
