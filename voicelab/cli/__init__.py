"""The command line: one file a verb, each a few lines over the library.

Importing a verb adds it to ``app``.
"""

from voicelab.cli import (
    diagnose,
    explain,
    export,
    inspect,
    kql,
    lab,
    label,
    quota,
    redact,
    relay,
    simulate,
    talk,
    tune,
)
from voicelab.cli.main import app, main

__all__ = [
    "app",
    "diagnose",
    "explain",
    "export",
    "inspect",
    "kql",
    "lab",
    "label",
    "main",
    "quota",
    "redact",
    "relay",
    "simulate",
    "talk",
    "tune",
]
