"""The command line: one file a verb, each a few lines over the library.

Importing a verb adds it to ``app``.
"""

from voicelab.cli import explain, export, inspect, lab, label, redact, relay, simulate, talk, tune
from voicelab.cli.main import app, main

__all__ = [
    "app",
    "explain",
    "export",
    "inspect",
    "lab",
    "label",
    "main",
    "redact",
    "relay",
    "simulate",
    "talk",
    "tune",
]
