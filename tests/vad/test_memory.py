"""Memory: what was heard is not heard again, whatever comes between."""

import warnings
from dataclasses import replace

import numpy as np
import pytest
from joblib import parallel_config
from made_rooms import Ear, clicks, speech

from voicelab.filters import HighPass
from voicelab.vad import Grid, Memory, scenes, sweep

ROOM = [speech(3), clicks(every_ms=2900, seconds=10)]
GRID = Grid(speech_durations_ms=(0, 200))


class Counting(Ear):
    """Counts what it is given to hear."""

    version = "1"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.heard = 0

    def activities(self, recordings):
        self.heard += len(recordings)
        return super().activities(recordings)


@pytest.fixture
def ear():
    return Counting(0.8, 0.3)


def swept(ear, memory, *, snr_db=(20, 10), **kwargs):
    return sweep(
        scenes(ROOM, snr_db=snr_db), detectors=[ear], **{"grid": GRID, "memory": memory, **kwargs}
    )


def test_a_second_sweep_hears_nothing_anew_and_finds_the_same(ear):
    memory = Memory()
    first = swept(ear, memory)
    assert ear.heard == 2
    again = swept(ear, memory)
    assert ear.heard == 2
    assert again.frame.equals(first.frame)


def test_a_wider_grid_needs_no_more_listening_and_a_new_filter_does(ear):
    memory = Memory()
    swept(ear, memory)
    swept(ear, memory, grid=Grid(silences_ms=(200, 500)))
    assert ear.heard == 2
    swept(ear, memory, filters=(None, HighPass(80)))
    assert ear.heard == 4


def test_content_decides_and_not_the_name(ear):
    memory = Memory()
    swept(ear, memory, snr_db=[10])
    (scene,) = scenes(ROOM, snr_db=[10])
    renamed = replace(scene, conversation=replace(scene.conversation, name="somebody"))
    assert memory.recall(renamed, None, ear) is not None
    louder = replace(scene, noise=scene.noise.with_samples(scene.noise.samples * 2))
    assert memory.recall(louder, None, ear) is None


def test_a_new_version_of_a_detector_is_heard_anew_and_one_without_always(ear):
    memory = Memory()
    swept(ear, memory)
    ear.version = "2"
    swept(ear, memory)
    assert ear.heard == 4
    ear.version = None
    swept(ear, memory)
    swept(ear, memory)
    assert ear.heard == 8


def test_a_folder_outlives_the_memory(ear, tmp_path):
    first = swept(ear, Memory(tmp_path / "heard"))
    again = swept(ear, Memory(tmp_path / "heard"))
    assert ear.heard == 2
    assert again.frame.equals(first.frame)


def test_what_was_longest_unused_goes_first(ear):
    memory = Memory(most_bytes=1000)
    swept(ear, memory)
    assert len(memory) == 1


def test_an_interrupted_sweep_goes_on_where_it_was(ear):
    memory = Memory()

    def stop(done, total):
        assert total == 3
        if done == 2:
            raise KeyboardInterrupt

    filters = (None, HighPass(80), HighPass(120))
    # One cell at a time, so that none is under way when it stops.
    with parallel_config(backend="sequential"), pytest.raises(KeyboardInterrupt):
        swept(ear, memory, filters=filters, progress=stop)
    assert (len(memory), ear.heard) == (4, 4)
    whole = swept(ear, memory, filters=filters)
    assert ear.heard == 6
    assert whole.frame.equals(swept(Counting(0.8, 0.3), Memory(), filters=filters).frame)


def test_two_workers_of_a_cluster_find_the_same_table():
    distributed = pytest.importorskip("dask.distributed", reason="needs the extra cluster")
    scenes_ = scenes(ROOM, snr_db=(20, 10))
    kwargs = {"detectors": ["level", "webrtc"], "filters": (None, HighPass(80)), "grid": GRID}
    here = sweep(scenes_, memory=Memory(), **kwargs)
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        warnings.simplefilter("ignore")  # of the cluster, about ports and sizes of graphs
        with parallel_config(backend="dask"):
            memory = Memory()
            there = sweep(scenes_, memory=memory, **kwargs)
    assert there.frame.equals(here.frame)
    assert len(memory) == 8


def test_activity_that_was_forgotten_is_heard_again(ear):
    memory = Memory(most_bytes=1)
    found = swept(ear, memory)
    (condition,) = found.scores
    np.testing.assert_array_equal(
        found.activity(0, condition).values, ear.activities([found.scenes[0].recording()])[0].values
    )
