"""Explanation: what one failure means and what to do about it.

Three answers exist.  ``retry``: the same request may work, after ``wait``.
``fix``: it fails until somebody changes something.  ``stop``: the session
ended as it should.  An exception class alone decides nothing, because
libraries put the same close code into different classes; its action is
``None`` and ``change`` says where the deciding code stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Action", "Explanation", "FailureKind", "Service", "Wait"]

Action = Literal["retry", "fix", "stop"]
Wait = Literal["at once", "back off", "as told"]
FailureKind = Literal["close code", "error code", "exception", "HTTP status", "local"]
Service = Literal["voice-live", "azure-openai", "openai"]

WAITS = {
    "at once": "at once, on a new connection",
    "back off": "after a wait that doubles with each attempt",
    "as told": "after Retry-After if it is there, else after a wait that doubles",
}


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One row of the error reference.

    Attributes
    ----------
    name : str
        The code, status or class as one meets it.
    kind : str
        Where one meets it.
    meaning : str
        What happened.
    action : {"retry", "fix", "stop"} or None
        What to do; ``None`` where another code decides.
    change : str
        What to change, or what a client has to do.
    look : str
        Where to look.
    wait : {"at once", "back off", "as told"} or None
        When to try again; ``None`` if that is no use.
    aliases : tuple of str
        Other names for the same.
    per_service : mapping of str to str
        What is particular to a service.
    in_guide : bool
        Whether the troubleshooting guide's table has it.
    """

    name: str
    kind: FailureKind
    meaning: str
    action: Action | None
    change: str
    look: str
    wait: Wait | None = None
    aliases: tuple[str, ...] = ()
    per_service: Mapping[Service, str] = field(default_factory=dict)
    in_guide: bool = False

    def __post_init__(self) -> None:
        if (self.action == "retry") != (self.wait is not None):
            raise ValueError(
                f"wait must be given exactly where the action is retry, got {self.action} and "
                f"{self.wait} for {self.name}"
            )

    def __str__(self) -> str:
        what = self.action or "another code decides"
        lines = [
            f"{self.name} ({self.kind}): {self.meaning}",
            f"  action: {what}" + (f", {WAITS[self.wait]}" if self.wait else ""),
            f"  change: {self.change}",
            f"  look:   {self.look}",
        ]
        lines += [f"  {service}: {remark}" for service, remark in self.per_service.items()]
        return "\n".join(lines)
