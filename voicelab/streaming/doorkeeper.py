"""Doorkeeper: whom a shell asks before it opens a connection.

A client of its own needs none.  Where many sessions share one quota, somebody
keeps it.
"""

from typing import Protocol

from voicelab.streaming.policy.messages import Refused

__all__ = ["Doorkeeper", "OpenDoor"]


class Doorkeeper(Protocol):
    """Who lets connections through."""

    def ask(self, connection: int) -> Refused | None:
        """Ask for a connection.

        Parameters
        ----------
        connection : int
            Its number.

        Returns
        -------
        Refused or None
            What the policy is told as if the service had said it; ``None`` opens it.
        """

    def gone(self, connection: int) -> None:
        """Say that a connection is gone that was let through.

        Parameters
        ----------
        connection : int
            Which.
        """


class OpenDoor:
    """Lets every connection through."""

    def ask(self, connection: int) -> Refused | None:
        """Let it through.

        Parameters
        ----------
        connection : int
            Any.

        Returns
        -------
        None
            Always.
        """
        return None

    def gone(self, connection: int) -> None:
        """Take no note.

        Parameters
        ----------
        connection : int
            Any.
        """
