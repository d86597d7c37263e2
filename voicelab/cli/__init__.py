"""The command line: one file a verb, each a few lines over the library."""

from voicelab.cli.main import main

__all__ = ["main"]
