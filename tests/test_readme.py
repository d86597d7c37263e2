"""The README's session is run as it stands."""

import ast
import asyncio
import inspect
import re
from pathlib import Path

README = Path(__file__).parents[1] / "README.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_the_library_session_runs_and_prints_what_it_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (session,) = blocks("python")
    code = compile(session, str(README), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    live = eval(code, {})
    if inspect.isawaitable(live):  # as in a notebook, where one awaits in the open
        asyncio.run(live)
    printed = capsys.readouterr().out
    assert "(on silero)" in printed
    assert '"type": "session.update"' in printed
    assert (tmp_path / "tuned.json").is_file()


def test_the_first_block_is_two_lines_that_include_their_install():
    first = blocks("bash")[0].splitlines()
    assert len(first) == 2
    assert all(line.startswith("python -m pip install ") and " && " in line for line in first)
