"""``python -m voicelab`` is the command line."""

from voicelab.cli import main

__all__: list[str] = []

if __name__ == "__main__":
    main()
