"""The command line: one file a verb, each a few lines over the library.

Importing a verb adds it to ``app``.
"""

from voicelab.cli import export, inspect, label, tune
from voicelab.cli.main import app, main

__all__ = ["app", "export", "inspect", "label", "main", "tune"]
