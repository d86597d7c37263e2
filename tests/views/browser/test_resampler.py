"""The page's resampler against soxr: the same sound, at the same time, fed in any pieces."""

import json
import shutil
import subprocess

import numpy as np
import pytest
import soxr

from voicelab.views.browser.assembly import source

NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None, reason="node is not installed")

TO_HZ = 24_000
RUN = """
import { Resampler } from "./resampler.mjs";
import { readFileSync, writeFileSync } from "node:fs";
const { from, pieces } = JSON.parse(process.argv[2]);
const octets = readFileSync("in.f32");
const sound = new Float32Array(octets.buffer, octets.byteOffset, octets.length / 4);
const resampler = new Resampler(from, 24000);
const output = new Float32Array(resampler.room(sound.length));
let [at, begin] = [0, 0];
for (let i = 0; begin < sound.length; i += 1) {
  const end = Math.min(sound.length, begin + pieces[i % pieces.length]);
  at += resampler.push(sound.subarray(begin, end), output, at);
  begin = end;
}
writeFileSync("out.f32", new Uint8Array(output.buffer, 0, 4 * at));
"""


@pytest.fixture
def resample(tmp_path):
    """Run the module in Node."""
    (tmp_path / "resampler.mjs").write_text(source("resampler.js"), encoding="utf-8")
    (tmp_path / "run.mjs").write_text(RUN, encoding="utf-8")

    def run(sound, from_hz, pieces=(128,)):
        sound.astype("<f4").tofile(tmp_path / "in.f32")
        asked = json.dumps({"from": from_hz, "pieces": list(pieces)})
        subprocess.run([NODE, "run.mjs", asked], cwd=tmp_path, check=True)
        return np.fromfile(tmp_path / "out.f32", "<f4").astype(float)

    return run


def tone(hertz, rate_hz, seconds=1.0):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate_hz)) / rate_hz)


@pytest.mark.parametrize("from_hz", [8000, 16_000, 24_000, 44_100, 48_000, 96_000])
def test_it_agrees_with_soxr_below_the_edge(resample, from_hz):
    rng = np.random.default_rng(3)
    top_hz = 0.8 * min(from_hz, TO_HZ) / 2
    sound = sum(tone(hertz, from_hz) * 0.1 for hertz in rng.uniform(50, top_hz, 12))
    made = resample(sound, from_hz)
    expected = soxr.resample(sound, from_hz, TO_HZ, quality="VHQ")
    inside = slice(2000, min(made.size, expected.size) - 2000)
    error = made[inside] - expected[inside]
    assert 20 * np.log10(np.std(error) / np.std(expected[inside])) < -90


@pytest.mark.parametrize("from_hz", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("hertz", [12_100, 15_000, 20_000])
def test_what_would_fold_back_is_100_db_down(resample, from_hz, hertz):
    made = resample(tone(hertz, from_hz), from_hz)
    assert 20 * np.log10(np.abs(made[2000:-2000]).max() / 0.5) < -95


def test_pieces_of_any_length_make_the_same_samples(resample):
    sound = np.random.default_rng(4).normal(0, 0.1, 30_000)
    whole = resample(sound, 44_100, [4096])
    assert np.array_equal(resample(sound, 44_100, [128]), whole)
    assert np.array_equal(resample(sound, 44_100, [1, 7, 500, 3]), whole)


def test_a_click_stays_at_its_time(resample):
    sound = np.zeros(48_000)
    sound[24_000] = 1.0
    assert int(np.argmax(np.abs(resample(sound, 48_000)))) == 12_000
