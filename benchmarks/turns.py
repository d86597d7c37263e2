"""What a sweep costs, against a plain pass of the neural detector and against its package.

Eleven minutes and more of scenes from the bundled room.  One *pass* is the
plain frame loop: onnxruntime, one frame of 32 ms after the other, one thread.
The *sweep* hears the same sound and decides and scores 101 thresholds x 5
silences x 3 speech durations, intervals excluded.  Everything runs here and
now on one thread, in turn, so that what else the machine does falls on all
alike; times are the best of five.

    python benchmarks/turns.py
    python benchmarks/turns.py --scale            # recordings, cells, hours, two workers
    python benchmarks/turns.py --with-baseline    # needs the silero-vad package beside voicelab

With the baseline, (a) is ``get_speech_timestamps`` of the silero-vad package
(ONNX wrapper) once for each threshold, (b) its activity once and then its own
``get_speech_timestamps_from_probs`` for each setting.  The package brings
torch along, so it belongs into an environment of its own, never into CI:

    python -m venv elsewhere
    elsewhere/bin/python -m pip install . silero-vad
    elsewhere/bin/python benchmarks/turns.py --with-baseline
"""

import resource
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
import onnxruntime

from voicelab import samples
from voicelab.audio import resample
from voicelab.filters import HighPass
from voicelab.vad import Grid, Memory, SileroDetector, scenes, sweep
from voicelab.vad.cell import Cell
from voicelab.vad.kind_scores import KindScores

RUNS = 5
GRID = Grid(
    thresholds=tuple(step / 100 for step in range(101)),
    speech_durations_ms=(0, 96, 200),
    silences_ms=(200, 350, 500, 700, 1000),
)
SECONDS = 660.0
HOURS = (0.5, 1, 2, 4)


def room():
    return [take for take in samples.room() if take.kind != "speech" or take.turns]


def laid_out():
    every = scenes(room(), snr_db=(20, 10, 5))
    chosen, seconds = [], 0.0
    for scene in every[:: max(1, len(every) // 40)]:
        chosen.append(scene)
        seconds += scene.duration_ms / 1000
        if seconds >= SECONDS:
            break
    return tuple(chosen), seconds


def best_s(*works):
    """Seconds of the best run of each, in turn."""
    taken = [[] for _ in works]
    for _ in range(RUNS):
        for own, work in zip(taken, works, strict=True):
            began = perf_counter()
            work()
            own.append(perf_counter() - began)
    return list(map(min, taken))


def frame_loop(sounds, model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    rate, heard = np.array(16_000, np.int64), []
    for sound in sounds:
        state, context = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32)
        values = []
        padded = np.pad(sound, (0, -sound.size % 512))
        for frame in padded.reshape(-1, 512):
            seen = np.concatenate((context, frame))[np.newaxis]
            spoken, state = session.run(None, {"input": seen, "state": state, "sr": rate})
            values.append(spoken[0, 0])
            context = frame[-64:]
        heard.append(np.array(values))
    return heard


def one_thread_sweep(chosen, detector):
    cell = Cell(tuple(range(len(chosen))), chosen, None, (detector,), GRID, 400)
    (scored,) = cell.run([[None] * len(chosen)])
    return KindScores.of(list(zip(chosen, scored.scores, strict=True)))


def speed():
    chosen, seconds = laid_out()
    detector = SileroDetector()
    recordings = [scene.recording() for scene in chosen]
    sounds = [resample(recording, 16_000).samples for recording in recordings]
    print(f"{len(chosen)} scenes, {seconds:.0f} s, {len(GRID)} settings, one thread\n")
    plain = frame_loop(sounds, str(detector.model))
    own = [activity.values for activity in detector.activities(recordings)]
    apart = max(float(np.abs(a - b).max()) for a, b in zip(plain, own, strict=True))
    at_16 = [resample(recording, 16_000) for recording in recordings]
    loop_s, pass_s, sweep_s = best_s(
        lambda: frame_loop(sounds, str(detector.model)),
        lambda: detector.activities(at_16),
        lambda: one_thread_sweep(chosen, detector),
    )
    print(f"frame loop         {loop_s:7.2f} s  {seconds / loop_s:6.0f} x real time")
    print(f"own pass           {pass_s:7.2f} s  {seconds / pass_s:6.0f} x real time")
    print(f"sweep, all of it   {sweep_s:7.2f} s  {seconds / sweep_s:6.0f} x real time")
    print(f"\nown pass is {loop_s / pass_s:.2f} times as fast as the frame loop; apart {apart:.1e}")
    print(
        f"the sweep costs {sweep_s / loop_s:.2f} frame-loop passes; peak memory {peak_mb():.0f} MB"
    )
    return chosen, sounds, sweep_s


def peak_mb():
    status = Path("/proc/self/status")
    if status.exists():  # where it is there: what getrusage says includes whoever started us
        (line,) = (each for each in status.read_text().splitlines() if each.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def scale():
    hundred = scenes(room(), snr_db=(20, 15, 10, 5))[:100]
    print("\nscenes  audio s  settings  filters   seconds   (silero, all cores)")
    for count, grid, filters in (
        (1, GRID, (None,)),
        (10, GRID, (None,)),
        (100, GRID, (None,)),
        (100, Grid(), (None,)),
        (100, GRID, (None, HighPass(80), HighPass(120))),
    ):
        seconds = sum(scene.duration_ms for scene in hundred[:count]) / 1000
        taken = timed_sweep(hundred[:count], grid, filters)
        print(f"{count:6}  {seconds:7.0f}  {len(grid):8}  {len(filters):7}  {taken:8.2f}")
    print("\n hours  peak MB   (a process each)")
    for hours in HOURS:
        command = [sys.executable, __file__, "--hours", str(hours)]
        peak = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        print(f"{hours:6}  {float(peak):7.0f}", flush=True)
    two_workers(hundred)


def long_sweep(hours):
    """As many scenes as make hours, no two alike, and what the process held at most."""
    few = scenes(room(), snr_db=(20, 10, 5))
    rounds, many, seconds = 0, [], 0.0
    while seconds < 3600 * hours:
        scene = few[len(many) % len(few)]
        rounds = len(many) // len(few)
        many.append(replace(scene, snr_db=scene.snr_db - rounds / 1000))
        seconds += scene.duration_ms / 1000
    timed_sweep(many, GRID)
    print(peak_mb())


def two_workers(hundred):
    """Once all is imported there; joblib lets one worker's work be done in this process."""
    try:
        from dask.distributed import Client
    except ImportError:
        print("\ntwo workers: needs the extra cluster")
        return
    from joblib import parallel_config

    warnings.simplefilter("ignore")  # of the cluster, about ports and the size of cells
    filters = (None, HighPass(80), HighPass(120))
    taken = []
    for workers in (1, 2):
        with Client(n_workers=workers, threads_per_worker=1, dashboard_address=None):
            with parallel_config(backend="dask"):
                runs = [timed_sweep(hundred, GRID, filters) for _ in range(3)]
            taken.append(min(runs[1:]))
    one, two = taken
    print(
        f"\ndask, 100 scenes, 3 filters, warm, best of two: one worker {one:.2f} s, "
        f"two {two:.2f} s: {one / two:.2f} x"
    )


def timed_sweep(chosen, grid, filters=(None,)):
    began = perf_counter()
    sweep(chosen, filters=filters, detectors=["silero"], grid=grid, memory=Memory())
    return perf_counter() - began


def baseline(chosen, sounds, sweep_s):
    import torch
    from silero_vad import get_speech_timestamps, load_silero_vad
    from silero_vad.utils_vad import get_speech_timestamps_from_probs

    torch.set_num_threads(1)
    model = load_silero_vad(onnx=True)
    tensors = [torch.from_numpy(sound) for sound in sounds]
    few = GRID.thresholds[10:100:30]  # three of them stand for all; the first call is not timed

    def timestamps(threshold):
        for tensor in tensors:
            get_speech_timestamps(tensor, model, threshold=threshold)

    timestamps(0.5)
    (few_s,) = best_s(lambda: [timestamps(threshold) for threshold in few])
    a_s = few_s / len(few) * len(GRID.thresholds)
    print(f"\n(a) once a threshold: {a_s:.0f} s; the sweep is {a_s / sweep_s:.0f} times as fast")
    probs = [
        activity.values.tolist()
        for activity in SileroDetector().activities([scene.recording() for scene in chosen])
    ]
    settings = list(GRID)[:: len(GRID) // 30]
    began = perf_counter()
    for threshold, speech_ms, silence_ms in settings:
        for own, tensor in zip(probs, tensors, strict=True):
            get_speech_timestamps_from_probs(
                own,
                audio_length_samples=len(tensor),
                threshold=threshold,
                min_speech_duration_ms=speech_ms,
                min_silence_duration_ms=silence_ms,
            )
    decisions_s = (perf_counter() - began) / len(settings) * len(GRID)
    b_s = a_s / len(GRID.thresholds) + decisions_s
    print(
        f"(b) its activity once, its decisions for each of {len(GRID)} settings: {b_s:.1f} s, "
        f"unscored; the sweep, scored, is {b_s / sweep_s:.1f} times as fast"
    )


def main():
    if "--hours" in sys.argv:
        long_sweep(float(sys.argv[-1]))
        return
    found = speed()
    if "--scale" in sys.argv:
        scale()
    if "--with-baseline" in sys.argv:
        baseline(*found)


if __name__ == "__main__":
    main()
