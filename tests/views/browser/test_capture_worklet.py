"""The microphone's worklet, run in Node quantum by quantum."""

import json
import shutil
import subprocess

import pytest

from voicelab.audio import to_pcm16
from voicelab.views.browser.assembly import joined

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")

QUANTUM = 128
# What the browser gives a worklet; the processor is handed out of its registration.
SCOPE = """
globalThis.sampleRate = %d;
globalThis.posted = [];
globalThis.AudioWorkletProcessor = class {
  constructor() {
    this.port = { postMessage: (message) => posted.push(message) };
  }
};
globalThis.registerProcessor = (_name, processor) => (globalThis.Processor = processor);
await import("./worklet.mjs");
const capture = new Processor();
for (const quantum of JSON.parse(process.argv[2])) {
  capture.process([quantum === null ? [] : [Float32Array.from(quantum)]]);
}
console.log(JSON.stringify({
  samples: posted.flatMap((each) => Array.from(each.samples)),
  blocks: posted.map((each) => each.samples.length),
  holes: posted.at(-1)?.holes ?? 0,
}));
"""


@pytest.fixture
def run(tmp_path):
    """Feed quanta to the worklet; ``None`` is a quantum without a channel."""
    (tmp_path / "worklet.mjs").write_text(joined("capture-worklet.js"), encoding="utf-8")

    def feed(quanta, *, rate_hz=24_000):
        (tmp_path / "run.mjs").write_text(SCOPE % rate_hz, encoding="utf-8")
        done = subprocess.run(
            [NODE, "run.mjs", json.dumps(quanta)],
            cwd=tmp_path, check=True, capture_output=True, text=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    return feed


def test_samples_are_rounded_by_the_rule_of_all_pcm(run):
    row = [0.5 / 32768, 1.5 / 32768, -0.5 / 32768, 0.25, 1.0, -1.0, 2.0, -2.0] * 16
    found = run([row] * 15)
    assert found["blocks"] == [240] * 8
    assert found["samples"][:QUANTUM] == to_pcm16(row).samples.tolist()


def test_time_goes_on_without_sound(run):
    assert sum(run([None] * 15)["blocks"]) == 15 * QUANTUM


def test_a_hole_in_mid_sound_is_counted_and_silence_is_not(run):
    loud, none = [0.1] * QUANTUM, [0.0] * QUANTUM
    assert run([loud] * 30)["holes"] == 0
    assert run([loud] * 10 + [none] * 3 + [loud] * 20)["holes"] == pytest.approx(3 * 128 / 24_000)
    assert run([none] * 10 + [loud] * 20)["holes"] == 0
    assert run([loud] * 5 + [none] * 40 + [loud] * 5)["holes"] == 0
    assert run([loud] * 5 + [none] * 20)["holes"] == 0
