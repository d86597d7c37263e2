"""The modules as they ship: each parses, joined they are one that parses."""

import re
import shutil
import subprocess
from importlib.resources import files

import pytest

from voicelab.views.browser.assembly import joined, source

MODULES = sorted(
    each.name for each in files("voicelab.views.browser").iterdir() if each.name.endswith(".js")
)
NODE = shutil.which("node")


def test_every_module_is_part_of_a_widget():
    whole = "".join(joined(f"{name}.js") for name in ("microphone", "speaker", "meter"))
    heads = {name: source(name).split("*/")[0] for name in MODULES}
    inside = whole.replace("\\n", "\n")
    assert [name for name, head in heads.items() if head not in inside] == []


@pytest.mark.parametrize("name", ["microphone.js", "speaker.js", "meter.js"])
def test_a_widget_is_one_module_with_one_export(name):
    text = joined(name)
    assert re.findall(r"^import .*", text, re.MULTILINE) == []
    assert re.findall(r"^export .*", text, re.MULTILINE) == [
        line for line in source(name).splitlines() if line.startswith("export default")
    ]


@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.parametrize("name", MODULES)
def test_a_module_parses_alone_and_joined(name, tmp_path):
    for kind, text in (("alone", source(name)), ("joined", joined(name))):
        path = tmp_path / f"{kind}.mjs"
        path.write_text(text, encoding="utf-8")
        checked = subprocess.run([NODE, "--check", path], capture_output=True, text=True)
        assert checked.stderr == ""


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_longer_than_a_file_of_code_may_be(name):
    assert source(name).count("\n") <= 400
