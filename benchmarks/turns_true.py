"""Whether what is chosen holds on voices and noises that had no part in the choosing.

Recordings: ``../shared/data/dev`` beside the checkout, which is not shipped.

*Split.*  Nothing but file names decides, so nobody can.  In fold ``f`` every
file ``name`` is ranked by the SHA-256 digest of ``salt/f/name``, speakers and
each kind of noise apart; every second one judges (voicelab.vad.holdout).  Two
files change their roles from fold to fold.  There are four folds.

*Layout.*  Within each half speakers and noise files are crossed: each speaker
that is taken meets each noise file of the half.  Speakers are taken in order
of their digests, as many as make 64 scenes, at least eight, at most all.
Turns are laid out as voicelab.vad.scenes does, at -26 dBFS; a scene begins
where in the noise its number says, evenly spread.  A fan *rumbles* if at least
half of its power lies below 150 Hz.

*Rule.*  Three cells are fixed here.  Keyboard at 20 and 10 dB with silero from
speech_duration_ms 0, and rumbling fans at 10 dB with level and a 150 Hz
high-pass allowed: in every fold where the starting point has five or more
false triggers on the half that judges, a proposal must remove at least half of
them there, with missed speech at most 2 points up; "cannot" fails.  Babble at
10 dB with silero: a proposal that is called shown fails.

The budget of a cell is the usual one (one false trigger a minute, one short
turn in ten) and half of the starting point's false triggers on the same
recordings, whichever is less.

Split, layout and rule were written down before anything was counted under
them.  An earlier layout, in which each speaker met three noise files, had been
settled after a look at its figures; it is gone.  Two earlier splits, without a
salt and with another one, were looked at: some of their folds got no proposal,
and how the tuner treats turns that are missed anyway, and which of two changes
it takes, was changed for it.  So they judge no longer, and the salt was set
before anything was counted under the new one.  The recordings are the same:
only their company is new.

*Table.*  Each family at the service's default, the guide's numbers and what
was chosen for it, on the half that judges, by kind of noise, at 10 dB; in the
first fold.

    python benchmarks/turns_true.py [--cells-only]
"""

import json
import math
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np

from voicelab.audio import Recording, Span, Turn, read_recording
from voicelab.filters import HighPass
from voicelab.profiles import profile
from voicelab.vad import DETECTORS, Grid, Scene, Setting, lay_out_turns, sweep
from voicelab.vad.holdout import halves

DEV = Path(__file__).parents[2] / "shared" / "data" / "dev"
START = profile("voice-live-2026-07-15").turn_detection
GUIDE = profile("guide")
GRID = Grid(
    thresholds=tuple(sorted({*Grid().thresholds, GUIDE.turn_detection.threshold})),
    speech_durations_ms=(0, 80, 200, 300),
    silences_ms=(450, 500),
)
FILTERS = (None, HighPass(80), HighPass(120))
RUMBLE_HZ = 150.0
FOLDS = (1, 2, 3, 4)
SALT = "third split"
SCENES_EACH = 64  # in a half, at each SNR
FEWEST_SPEAKERS = 8


def takes(folder, kind):
    return [
        replace(read_recording(path), kind=kind, name=path.stem)
        for path in sorted((DEV / folder).glob("*.flac"))
    ]


def labelled(take):
    found = json.loads((DEV / "labels" / f"{take.name}.json").read_text())
    spans = [Span(*map(float, ends)) for ends in found["segments"]]
    turns = tuple(
        Turn(tuple(span for span in spans if begin <= span.start_ms and span.end_ms <= end))
        for begin, end in found["turns"]
    )
    return replace(take, turns=turns, labels="checked")


def rumbles(take: Recording):
    power = np.abs(np.fft.rfft(take.samples)) ** 2
    hz = np.fft.rfftfreq(take.samples.size, 1 / take.rate_hz)
    return power[hz < RUMBLE_HZ].sum() >= power.sum() / 2


def ranked(takes, fold):
    """Names that sort in the order of the fold's digests."""
    few = len(takes) == 2
    order = sorted(
        takes,
        key=lambda take: sha256(f"{SALT}/{0 if few else fold}/{take.name}".encode()).digest(),
    )
    if few and fold % 2 == 0:
        order.reverse()
    return [replace(take, name=f"{place:02} {take.name}") for place, take in enumerate(order)]


def lay_out(conversations, noises, snr_db, fold):
    conversations, noises = ranked(conversations, fold), ranked(noises, fold)
    scenes = []
    for half in (0, 1):
        own = noises[half::2]
        count = max(FEWEST_SPEAKERS, math.ceil(SCENES_EACH / len(own)))
        pairs = [(one, other) for one in conversations[half::2][:count] for other in own]
        for number, (conversation, noise) in enumerate(pairs):
            offset_ms = noise.duration_ms * number / len(pairs)
            scenes += [Scene(conversation, noise, ratio, offset_ms) for ratio in snr_db]
    return scenes


def judge(swept, start, setting):
    """False triggers and missed speech of both, on the half that judges."""
    judging = swept.only(halves(swept.scenes)[1])
    figures = []
    for each in (start, setting):
        scores = judging.scores[each.condition]
        place = judging.grid_of(each.detector).index(each.turn_detection)
        false = sum(int(one.false_triggers[place]) for one in scores)
        missed = sum(one.missed_speech_ms[place] for one in scores)
        figures.append((false, 100 * missed / sum(one.speech_ms for one in scores)))
    return figures


def cell(title, conversations, noises, snr_db, start, filters, *, hopeless=False):
    print(f"\n{title}")
    passed = True
    for fold in FOLDS:
        scenes = lay_out(conversations, noises, snr_db, fold)
        passed &= fold_of_cell(fold, scenes, start, filters, hopeless)
    return passed


def fold_of_cell(fold, scenes, start, filters, hopeless):
    swept = sweep(scenes, filters=filters, detectors=[start.detector], grid=GRID)
    choice = swept.choose(start=start, removed_false_triggers=0.5)
    (false, missed), (false_after, missed_after) = judge(swept, start, choice.setting)
    if hopeless:
        passed = choice.verdict != "shown"
    else:
        passed = false < 5 or (2 * false_after <= false and missed_after <= missed + 2)
    judged = "nothing is asked for" if not hopeless and false < 5 else "PASS" if passed else "FAIL"
    print(
        f"  fold {fold}, {len(scenes)} scenes: {judged}; held out: false triggers {false} -> "
        f"{false_after}, missed speech {missed:.1f} -> {missed_after:.1f} %\n"
        f"    {choice.verdict}: {choice.setting}\n    {choice.reason}"
    )
    return passed


def table(conversations, noises):
    scenes = [
        scene
        for files in noises.values()
        for scene in lay_out(conversations, files, (10.0,), FOLDS[0])
    ]
    guide_filter = GUIDE.filters[0]
    filters = (*FILTERS, guide_filter)
    swept = sweep(scenes, filters=filters, detectors=tuple(DETECTORS), grid=GRID)
    print(
        f"\nfold {FOLDS[0]}, {len(scenes)} scenes, held out, 10 dB: "
        "false triggers a minute / short turns missed / turns missed"
    )
    print(f"{'':16}{'':10}" + "".join(f"{name:>34}" for name in ("default", "guide", "yours")))
    for name in DETECTORS:
        choice = swept.choose(
            start=Setting(name, START),
            guide=Setting(name, GUIDE.turn_detection, guide_filter),
            filters=FILTERS,
        )
        for kind in choice.figures:
            cells = ""
            for column in (choice.start_figures, choice.guide_figures, choice.figures):
                each = column[kind]
                stuck = f" ({each.never_closed} stuck)" if each.never_closed else ""
                cells += (
                    f"{each.false_triggers.value:.1f} / {100 * each.missed_short.value:.0f} % / "
                    f"{100 * each.missed.value:.0f} %{stuck}"
                ).rjust(34)
            print(f"{name:16}{kind:10}{cells}")
        print(f"{'':16}{choice.verdict}: {choice.setting}")
        print(f"{'':16}{choice.reason}")


def main():
    if not DEV.is_dir():
        raise SystemExit(f"needs {DEV}, which is not shipped")
    conversations = [lay_out_turns(labelled(take)) for take in takes("speech", "speech")]
    keyboards, fans = takes("keyboard", "keyboard"), takes("fan", "fan")
    others = {take.name: take for take in takes("other-noise", "room")}
    babble = [replace(others[name], kind="babble") for name in sorted(others) if "babble" in name]
    rooms = [others[name] for name in sorted(others) if name.startswith("room")]
    rumbling = [fan for fan in fans if rumbles(fan)]
    print(f"{len(conversations)} speakers; rumbling: {', '.join(fan.name for fan in rumbling)}")
    from_0 = replace(START, speech_duration_ms=0)
    passed = [
        cell(
            "keyboard at 20 and 10 dB, silero from speech_duration_ms 0",
            conversations,
            keyboards,
            (20.0, 10.0),
            Setting("silero", from_0),
            FILTERS,
        ),
        cell(
            "rumbling fan at 10 dB, level, 150 Hz high-pass allowed",
            conversations,
            rumbling,
            (10.0,),
            Setting("level", START),
            (None, HighPass(RUMBLE_HZ)),
        ),
        cell(
            "babble at 10 dB, silero",
            conversations,
            babble,
            (10.0,),
            Setting("silero", START),
            FILTERS,
            hopeless=True,
        ),
    ]
    if "--cells-only" not in sys.argv:
        table(conversations, {"fan": fans, "keyboard": keyboards, "room": rooms, "babble": babble})
    if not all(passed):
        raise SystemExit("a cell failed")


if __name__ == "__main__":
    main()
