"""Inspection: every symptom is found where it is and nowhere else, with its figure and the fix."""

from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
import soundfile

from voicelab import samples
from voicelab.audio import (
    Recording,
    Span,
    Turn,
    from_pcm16,
    inspect,
    level_dbfs,
    read_recording,
    resample,
    to_pcm16,
)
from voicelab.audio.finding import Symptom
from voicelab.filters import HighPass

RATE_HZ = 24_000
SECONDS = np.arange(8 * RATE_HZ) / RATE_HZ
HISS = 0.05 * np.random.default_rng(3).standard_normal(SECONDS.size)
ROOM = {recording.name: recording for recording in samples.room()}
READER = ROOM["speech_female_ljspeech"]  # studio-clean
READERS = [recording for recording in ROOM.values() if recording.kind == "speech"]


def noise(added=0.0, kind="room", rate_hz=RATE_HZ):
    return Recording(HISS + added, rate_hz, kind=kind)


def tone(frequency_hz, dbfs):
    return np.sqrt(2) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * frequency_hz * SECONDS)


def found(recording):
    return {finding.name: finding for finding in inspect(recording).findings}


def gapped(samples, *gaps_ms, held=False):
    """Sound from which stretches were lost."""
    broken = np.array(samples, np.float32)
    for start_ms, end_ms in gaps_ms:
        start, end = start_ms * 24, end_ms * 24
        broken[start:end] = broken[start - 1] if held else 0
    return Recording(broken, RATE_HZ, kind="room")


def with_channels(count, folder):
    path = folder / "array.wav"
    soundfile.write(path, np.repeat(np.tile(HISS, 3)[:, np.newaxis], count, axis=1), 96_000)
    return read_recording(path, kind="room")


def slowed(recording):
    """A take that is declared at half its rate."""
    return Recording(resample(recording, 48_000).samples, 24_000)


def telephoned(recording):
    return resample(resample(recording, 8_000), 24_000)


SPOILED = {
    "rate": noise(rate_hz=11_025),
    "too_short": noise().excerpt(0, 1_200),
    "float_as_int16": Recording(from_pcm16(HISS.astype("<f4").tobytes()), RATE_HZ),
    "int16_as_float": Recording(to_pcm16(HISS).samples, RATE_HZ),
    "clipping": Recording(np.clip(30 * HISS, -1, 1), RATE_HZ, kind="room"),
    "dc": noise(0.02),
    "dropouts": gapped(HISS, (1_000, 1_020), (2_000, 2_040)),
    "quiet": Recording(READER.samples / 100, RATE_HZ),
    "hum": noise(tone(50, -30)),
    "half_rate": slowed(READER),
    "telephone": telephoned(READER),
}


@pytest.mark.parametrize("symptom", SPOILED)
def test_what_spoils_a_take_is_found_alone_with_what_to_do(symptom):
    findings = found(SPOILED[symptom])
    assert list(findings) == [symptom]
    wrong, remedy = findings[symptom].sentence.split(": ", 1)
    assert len(wrong) > 10
    assert len(remedy) > 10


def test_every_symptom_is_tried():
    assert {*SPOILED, "channels"} == set(get_args(Symptom))


def test_of_the_bundled_room_only_what_hums_is_blamed():
    blamed = {name: list(found(recording)) for name, recording in ROOM.items()}
    assert {name: names for name, names in blamed.items() if names} == {
        "noise_fan_ventilation": ["hum"],
        "noise_mains_hum": ["hum"],
        "speech_female_librivox_sonnet": ["hum"],
        "speech_male_jfk": ["hum"],
    }


@pytest.mark.parametrize(
    ("rate_hz", "serious"), [(16_000, False), (48_000, False), (15_999, True), (11_025, True)]
)
def test_only_a_rate_below_16_kilohertz_is_serious(rate_hz, serious):
    finding = found(noise(rate_hz=rate_hz))["rate"]
    assert (finding.figure, finding.unit, finding.serious) == (rate_hz, "Hz", serious)


def test_six_channels_at_96_kilohertz_get_a_sentence_each(tmp_path):
    six = found(with_channels(6, tmp_path))
    assert list(six) == ["channels", "rate"]
    assert six["channels"].serious
    assert six["channels"].sentence.startswith("its 6 channels were averaged")
    assert not found(with_channels(2, tmp_path))["channels"].serious
    assert "channels" not in found(with_channels(1, tmp_path))


@pytest.mark.parametrize("frequency_hz", [50, 117, 440, 970])
def test_flat_tops_are_counted_and_round_ones_are_none(frequency_hz):
    wave = np.sin(2 * np.pi * frequency_hz * SECONDS)
    assert "clipping" not in found(Recording(from_pcm16(to_pcm16(wave).octets), RATE_HZ))
    overdriven = from_pcm16(to_pcm16(2 * wave).octets)
    for heard in (overdriven, overdriven / 2):  # at full scale, and turned down afterwards
        clipping = found(Recording(heard, RATE_HZ))["clipping"]
        assert clipping.figure == pytest.approx(100 * np.mean(np.abs(2 * wave) >= 1), abs=1)
        assert clipping.serious


def test_floats_beyond_full_scale_will_clip():
    clipping = found(Recording(1.5 * np.sin(2 * np.pi * 440 * SECONDS), RATE_HZ))["clipping"]
    assert clipping.figure == pytest.approx(100 * 2 / np.pi * np.arccos(1 / 1.5), abs=0.5)


def test_one_plosive_at_the_ceiling_is_not_clipping():
    once = HISS.copy()
    once[1_000:1_010] = 1
    assert "clipping" not in found(Recording(once, RATE_HZ, kind="room"))


@pytest.mark.parametrize("offset", [-0.02, 0.006])
def test_a_high_pass_cures_dc(offset):
    tilted = noise(offset)
    assert found(tilted)["dc"].figure == pytest.approx(100 * offset, abs=0.05)
    assert "dc" not in found(HighPass(80).apply(tilted))


@pytest.mark.parametrize("mains_hz", [50, 60])
@pytest.mark.parametrize("harmonic", [1, 2, 3])
def test_hum_is_told_by_its_mains(mains_hz, harmonic):
    hum = found(noise(tone(harmonic * mains_hz, -40)))["hum"]
    assert f"mains hum of {mains_hz} Hz" in hum.sentence
    assert f"at -40 dBFS, strongest at {harmonic * mains_hz} Hz" in hum.sentence
    assert hum.serious


def test_the_louder_the_hum_the_more_it_stands_out():
    quiet, loud = (found(noise(tone(50, dbfs)))["hum"].figure for dbfs in (-45, -35))
    assert loud - quiet == pytest.approx(10, abs=1)


@pytest.mark.parametrize(("mains_hz", "lowered_db"), [(50, 15), (60, 12)])
def test_the_filter_that_is_named_takes_what_is_promised(mains_hz, lowered_db):
    hum = found(noise(tone(mains_hz, -30)))["hum"]
    assert f"HighPass(120) lowers that by {lowered_db} dB" in hum.sentence
    gain_db = HighPass(120).response_db([mains_hz], rate_hz=RATE_HZ)[0]
    assert gain_db == pytest.approx(-lowered_db, abs=0.5)


def test_against_hum_in_the_voice_s_range_a_notch_is_named():
    assert "Notch(150) does" in found(noise(tone(150, -30)))["hum"].sentence


@pytest.mark.parametrize("frequency_hz", [45, 54, 57, 70, 350])
def test_a_tone_that_is_not_the_mains_is_no_hum(frequency_hz):
    assert "hum" not in found(noise(tone(frequency_hz, -30)))


def test_hum_that_nobody_hears_is_not_mentioned_and_a_fan_s_is_a_remark():
    faint = Recording(HISS / 1_000 + tone(50, -75), RATE_HZ, kind="room")
    assert "hum" not in found(faint)
    motor = found(noise(tone(100, -30), kind="fan"))["hum"]
    assert not motor.serious
    assert motor.sentence.endswith("if it is the motor, leave it")


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("lasts_ms", [3, 22, 402])
def test_lost_sound_is_counted_and_timed(lasts_ms, held):
    gaps_ms = [(start_ms, start_ms + lasts_ms) for start_ms in (1_500, 2_500, 4_000, 6_000)]
    wave = 0.3 * np.sin(2 * np.pi * 250 * SECONDS + np.pi / 4)  # nowhere zero at a gap
    dropouts = found(gapped(wave, *gaps_ms, held=held))["dropouts"]
    assert dropouts.figure == 4
    assert f"breaks off 4 times, for {4 * lasts_ms} ms in all" in dropouts.sentence
    assert "first at 1.50 s" in dropouts.sentence


def test_digital_silence_around_sound_that_fades_is_no_dropout():
    fade = np.abs(np.sin(np.pi * SECONDS)) ** 2 * (SECONDS % 2 < 1)
    assert "dropouts" not in found(Recording(fade * HISS, RATE_HZ, kind="keyboard"))


def test_digital_silence_between_composed_keys_is_no_dropout():
    keys = ROOM["noise_keyboard_mechanical_composed"]
    silent = keys.samples == 0
    assert np.count_nonzero(silent) > 0.2 * silent.size
    assert "dropouts" not in found(keys)


@pytest.mark.parametrize("bits", [8, 12])
def test_coarse_samples_that_stand_still_are_no_dropout_and_no_flat_top(bits):
    coarse = np.round(READER.samples * 2 ** (bits - 1)) / 2 ** (bits - 1)
    assert {"dropouts", "clipping"}.isdisjoint(found(Recording(coarse, RATE_HZ)))


def test_quiet_speech_is_measured_where_somebody_speaks():
    quiet = Recording(READER.samples / 20, RATE_HZ, turns=READER.turns)
    assert found(quiet)["quiet"].figure == pytest.approx(level_dbfs(READER) - 26.02, abs=0.01)
    unlabelled = found(replace(quiet, turns=None, labels=None))["quiet"]
    assert unlabelled.figure == pytest.approx(level_dbfs(quiet), abs=3)


def test_noise_may_be_quiet_but_not_absent():
    assert "quiet" not in found(Recording(HISS / 100, RATE_HZ, kind="room"))
    muted = found(Recording(np.zeros(SECONDS.size), RATE_HZ, kind="room"))
    assert muted["quiet"].sentence == (
        "at -120 dBFS it holds only silence: unmute the microphone and record again"
    )


@pytest.mark.parametrize("before", [b"", b"\x00\x00"])
def test_floats_taken_for_integers_are_found_wherever_they_begin(before):
    octets = before + (0.7 * READER.samples).astype("<f4").tobytes()
    finding = found(Recording(from_pcm16(octets), RATE_HZ))["float_as_int16"]
    assert finding.figure > 99


def test_integers_taken_for_floats_are_told_from_their_bytes():
    as_numbers = Recording(to_pcm16(READER.samples).samples, RATE_HZ)
    assert found(as_numbers)["int16_as_float"].sentence.endswith("divide it by 32768")
    integers = np.abs(to_pcm16(READER.samples).samples)  # bytes of negative ones would be NaN
    as_bytes = Recording(integers[: integers.size // 2 * 2].view("<f4"), RATE_HZ)
    assert "import its bytes as 16-bit integers" in found(as_bytes)["int16_as_float"].sentence


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_half_speed_is_found_in_every_reader_and_only_there(reader):
    looks = found(slowed(reader))["half_rate"]
    assert "looks like a 48000 Hz take declared as 24000 Hz" in looks.sentence
    for honest in (reader, resample(reader, 16_000), resample(reader, 48_000), telephoned(reader)):
        assert "half_rate" not in found(honest)


def test_half_speed_is_not_looked_for_in_noise():
    assert "half_rate" not in found(replace(slowed(READER), kind="babble"))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_a_telephone_is_found_in_a_wider_file_and_at_its_own_rate(reader):
    assert "telephone" in found(telephoned(reader))
    assert "telephone" in found(resample(reader, 8_000))
    assert "rate" not in found(resample(reader, 8_000))
    assert "telephone" not in found(resample(reader, 11_025))


def test_serious_findings_come_before_remarks():
    both = inspect(noise(0.02, rate_hz=32_000))
    assert [finding.name for finding in both.findings] == ["dc", "rate"]
    assert both.serious
    assert not inspect(noise(rate_hz=48_000)).serious


def test_an_inspection_prints_the_format_and_one_line_a_finding(tmp_path):
    soundfile.write(tmp_path / "fan.wav", np.full((5 * 48_000, 2), 0.02), 48_000)
    assert str(inspect(read_recording(tmp_path / "fan.wav", kind="fan"))).splitlines() == [
        "fan: fan, 5.0 s at 48000 Hz, 2 channels, WAV PCM_16, -34.0 dBFS",
        "  ! dc: it rests at +2.0 % of full scale instead of zero, which a level detector takes "
        "for sound at -34 dBFS: filter it with HighPass(80)",
        "  - rate: sampled at 48000 Hz it is resampled to the service's 24000: leave it so",
        "  - channels: its 2 channels were averaged, by which microphones that stand apart "
        "cancel: export the one nearest to the speaker as mono",
    ]
    assert str(inspect(noise())).splitlines() == [
        "untitled: room, 8.0 s at 24000 Hz, mono, made in memory, float32, -26.0 dBFS",
        "  nothing is wrong with it",
    ]


@pytest.mark.parametrize("length", [1, 2, 100, 5 * 8_000])
def test_silence_of_any_length_can_be_inspected(length):
    findings = found(Recording(np.zeros(length), 8_000))
    assert {"quiet", "telephone"} <= set(findings)


def test_a_room_is_inspected_take_by_take_and_its_stock_taken():
    turn = Turn((Span(100, 600),))
    room = [noise(kind="fan"), replace(READER, turns=(turn,)), noise(0.02, kind="babble")]
    inspected = inspect(room)
    assert [each.kind for each in inspected.inspections] == ["fan", "speech", "babble"]
    assert (inspected.stock.turns, inspected.stock.short_turns) == (1, 1)
    printed = str(inspected)
    assert "1 of 3 recordings would spoil a session" in printed
    assert "! dc: " in printed
    assert "record 172 s more of fan, to show 1 false trigger a minute" in printed


def test_a_room_that_nothing_spoils_says_so():
    assert "none of 1 recordings would spoil a session" in str(inspect([READER]))


def test_of_a_hundred_recordings_nothing_is_said_that_is_not_so(shared):
    blamed = set()
    for path in sorted((shared / "data" / "dev").glob("*/*.flac")):
        kind = {"speech": "speech", "fan": "fan"}.get(path.parent.name, "room")
        for name in found(read_recording(path, kind=kind)):
            if name not in ("rate", "hum"):
                blamed.add((path.stem, name))
    assert blamed == {("fan_focusflow", "dc")}


def test_half_speed_is_told_for_57_readers(shared):
    readers = [read_recording(path) for path in (shared / "data" / "dev" / "speech").glob("*.flac")]
    assert len(readers) == 57
    missed = [reader.name for reader in readers if "half_rate" not in found(slowed(reader))]
    accused = [reader.name for reader in readers if "half_rate" in found(reader)]
    assert (missed, accused) == ([], [])
