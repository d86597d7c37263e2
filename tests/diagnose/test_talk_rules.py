"""Turns, answers, pages and settings, in cases worked out by hand."""

import numpy as np
import pytest
from made import Log, connection, laid, names, noise, timeline, tone

from voicelab.diagnose.rules import (
    commit_without_response,
    content_filter,
    false_triggers,
    first_words_clipped,
    history_unheard,
    main_thread_blocked,
    no_microphone,
    playback_dry,
    service_error,
    setting_not_obeyed,
    suppressors_stacked,
    tab_throttled,
    turns_cut,
    wrong_audio_format,
)
from voicelab.diagnose.rules.page import stalls
from voicelab.diagnose.session import ErrorSaid, SeenTurn
from voicelab.jitter import Player

VAD = {"type": "server_vad", "silence_duration_ms": 500, "prefix_padding_ms": 300}


def found(rule, log, **more):
    return list(rule(log.timeline(**more)))


def paused(pause_ms, *, heard_ms=None):
    """A second of voice, a pause, a second of voice; the turn ends 500 ms into the pause."""
    log = Log(turn_detection=VAD).speak(
        0, laid(noise(1000), tone(1000), noise(pause_ms), tone(1000), noise(2000))
    )
    log.turn("a", 1250, 2550, 700, 2500)
    if heard_ms is not None:
        log.answer("r", 2600, [(heard_ms, 400)], status="cancelled", reason="turn_detected")
    again_ms = 2000 + pause_ms
    return log.turn("b", again_ms + 250, again_ms + 1550, again_ms - 300, again_ms + 1500)


def test_a_turn_that_goes_on_before_anything_was_heard_was_cut_by_a_pause():
    (cut,) = found(turns_cut, paused(700))
    (edit,) = cut.edits
    assert (edit.path, edit.value) == ("/turn_detection/silence_duration_ms", 800)


def test_who_has_heard_the_answer_for_200_ms_interrupts_it():
    assert found(turns_cut, paused(1200, heard_ms=2700)) == []  # heard 500 ms of it
    assert found(turns_cut, paused(800, heard_ms=2790)) != []  # 10 ms: nobody reacts so fast


def test_after_a_pause_longer_than_callers_make_it_is_another_turn():
    assert found(turns_cut, paused(2600)) == []


@pytest.mark.parametrize(("before_ms", "clipped"), [(0, False), (40, False), (120, True)])
def test_a_turn_is_clipped_if_speech_was_there_before_it(before_ms, clipped):
    log = Log(turn_detection=VAD).speak(0, laid(noise(2000), tone(1000), noise(1500)))
    start_ms = 2000 + before_ms
    log.turn("a", start_ms + 200, 3550, start_ms, 3500)
    troubles = found(first_words_clipped, log)
    assert bool(troubles) is clipped
    if clipped:
        (edit,) = troubles[0].edits
        assert edit.value == 500  # 300, the 120 that were missing and a step, in steps of 50


def test_a_button_that_goes_down_in_a_word_clips_it():
    log = Log(turn_detection=None)
    log.speak(1000, noise(500)).speak(4000, laid(tone(800), noise(200)))
    log.event(5200, "input_audio_buffer.commit", sent=True)
    (clipped,) = found(first_words_clipped, log)
    assert clipped.edits == ()
    assert "button" in clipped.cause


def test_a_turn_without_a_word_is_a_false_trigger_and_a_budget_allows_one_a_minute():
    def log(turns, duration_ms):
        made = Log(turn_detection=VAD).speak(0, noise(duration_ms))
        for number in range(turns):
            at_ms = 2000 + 4000 * number
            made.turn(f"i{number}", at_ms, at_ms + 900, at_ms - 300, at_ms + 850)
            made.event(at_ms + 1000, "conversation.item.input_audio_transcription.completed",
                       item_id=f"i{number}", transcript="")  # fmt: skip
        return made

    assert [each.name for each in found(false_triggers, log(2, 61_000))] == ["false_triggers"]
    assert found(false_triggers, log(1, 61_000)) == []
    (one,) = found(false_triggers, log(1, 20_000))  # three a minute
    assert [edit.path for edit in one.edits] == ["/turn_detection/threshold"]


def test_a_commit_wants_a_response_within_five_seconds():
    def committed(**asks):
        return connection(0, closed_s=20, commits_ms=[4000.0], **asks)

    assert names(commit_without_response, committed()) == ["commit_without_response"]
    assert names(commit_without_response, committed(asks_ms=[4010.0])) == []
    assert names(commit_without_response, committed(asks_ms=[9500.0])) != []
    empty = ErrorSaid(at_ms=4020, code="input_audio_buffer_commit_empty")
    assert names(commit_without_response, committed(errors=[empty])) == []
    ends_early = connection(0, closed_s=6, commits_ms=[4000.0])
    assert names(commit_without_response, ends_early) == []


def interrupted(*, truncated_ms=None):
    """Two seconds of an answer come at once; the user speaks when 600 ms of it were heard."""
    log = Log(turn_detection=VAD)
    log.answer("r", 1000, [(1000, 1000), (1010, 1000)])
    log.turn("b", 1600, 3000, 1300, 2900)
    if truncated_ms is not None:
        log.event(1610, "conversation.item.truncate", sent=True, item_id="item of r",
                  content_index=0, audio_end_ms=truncated_ms)  # fmt: skip
    return log


@pytest.mark.parametrize(
    ("truncated_ms", "wrong"), [(None, True), (600, False), (700, False), (1900, True)]
)
def test_a_history_must_end_where_playback_was_stopped(truncated_ms, wrong):
    assert bool(found(history_unheard, interrupted(truncated_ms=truncated_ms))) is wrong


def test_an_answer_that_was_heard_to_its_end_needs_no_truncation():
    log = Log(turn_detection=VAD).answer("r", 1000, [(1000, 1000)])
    assert found(history_unheard, log.turn("b", 2100, 3000, 1800, 2900)) == []


def sent_at(times_ms):
    """A session whose chunks of 50 ms were sent at these times."""
    return Log(turn_detection=VAD).speak(0, noise(50 * len(times_ms)), at_ms=times_ms).timeline()


def test_a_stall_is_a_gap_that_is_made_up_for():
    steady = [50.0 * n for n in range(1, 100)]
    held = [at if not 2000 < at <= 2700 else 2700.0 for at in steady]
    muted = [at if at <= 2000 else at + 700 for at in steady]
    for times, count in ((steady, 0), (held, 1), (muted, 0)):
        session = sent_at(times)
        assert len(stalls(session.connections[0])) == count
        assert len(list(main_thread_blocked(session))) == count
    (stall,) = stalls(sent_at(held).connections[0])
    assert stall.length_ms == pytest.approx(700)


def test_the_beat_of_a_second_is_a_tab_in_the_background():
    asleep = [1000.0 * np.ceil(50 * n / 1000) for n in range(1, 201)]
    session = sent_at(asleep)
    assert [each.name for each in tab_throttled(session)] == ["tab_throttled"]
    assert list(main_thread_blocked(session)) == []


def test_two_short_stalls_are_forgiven_and_three_are_not():
    def stalled(times):
        return sent_at(
            [
                next((at + 300.0 for at in times if at < 50 * n <= at + 300), 50.0 * n)
                for n in range(1, 160)
            ]
        )

    assert list(main_thread_blocked(stalled((1000, 3000)))) == []
    assert len(list(main_thread_blocked(stalled((1000, 3000, 5000))))) == 1


def test_playback_that_runs_dry_is_told_with_its_gap_and_its_buffer():
    log = Log(turn_detection=VAD)
    log.answer("r", 1000, [(1000, 100), (1100, 100), (1500, 100), (1502, 100), (1504, 100)])
    (dry,) = found(playback_dry, log)
    assert dry.evidence[0].sentence == "nothing to play for 300 ms"
    assert (
        dict((edit.path, edit.value) for edit in dry.edits)["/player/start_ms"] == 320
    )  # in quanta, up to 20
    assert found(playback_dry, log, player=Player(hold_ms=320)) == []


def heard_turns(end_ms, *, start_ms=300, session=VAD):
    """Two turns of a second of voice each that end, and begin, so long behind and before it."""
    log = Log(turn_detection=session)
    log.speak(0, laid(noise(2000), tone(1000), noise(8000), tone(1000), noise(4000)))
    for at_ms in (2000, 11_000):
        log.turn(f"i{at_ms}", at_ms + 200, at_ms + 1000 + end_ms, at_ms - start_ms,
                 at_ms + 1000 + end_ms)  # fmt: skip
    return log


@pytest.mark.parametrize(("end_ms", "disobeyed"), [(500, False), (700, False), (1100, True)])
def test_a_silence_that_lasts_otherwise_in_all_turns_is_not_obeyed(end_ms, disobeyed):
    troubles = found(setting_not_obeyed, heard_turns(end_ms))
    assert bool(troubles) is disobeyed
    if disobeyed:
        assert "silence_duration_ms is 500" in troubles[0].evidence[0].sentence


def test_a_padding_that_is_longer_than_told_is_not_obeyed():
    assert found(setting_not_obeyed, heard_turns(500, start_ms=900)) != []


def test_what_was_asked_for_and_came_back_otherwise_is_said():
    log = Log(turn_detection=VAD)
    wanted = {"type": "server_vad", "silence_duration_ms": 900}
    log.event(0.5, "session.update", sent=True, session={"turn_detection": wanted})
    (trouble,) = found(setting_not_obeyed, log)
    assert trouble.evidence[0].sentence == "silence_duration_ms was set to 900 and came back as 500"


def test_answers_that_never_come_disobey_create_response():
    silent = heard_turns(500, session={**VAD, "create_response": True})
    silent.event(30_000, "input_audio_buffer.append", sent=True, audio="AAAA")
    (trouble,) = found(setting_not_obeyed, silent)
    assert "create_response is true" in trouble.evidence[0].sentence


def test_who_sends_nothing_for_ten_seconds_has_no_microphone():
    assert names(no_microphone, connection(0, closed_s=30)) == ["no_microphone"]
    assert names(no_microphone, connection(0, closed_s=8)) == []
    assert names(no_microphone, connection(0, closed_s=30, creates_ms=[100.0])) == []  # typed
    spoke = connection(0, closed_s=30, turns=[SeenTurn(began_ms=100.0)])
    assert names(no_microphone, spoke) == []


def test_a_page_that_was_denied_says_so():
    log = Log(turn_detection=VAD).event(5, "client.microphone", status="denied")
    (trouble,) = found(no_microphone, log)
    assert trouble.sure == "certain"


def voice(duration_ms):
    """Something with the movement of speech, so that no other check speaks up."""
    rng = np.random.default_rng(8)
    smooth = np.convolve(rng.standard_normal(round(24 * duration_ms)), np.ones(24) / 24, "same")
    return 0.3 * smooth


@pytest.mark.parametrize(("pace", "named"), [(1.0, None), (2.0, "48000"), (2 / 3, "16000")])
def test_a_wrong_rate_is_told_by_the_pace_of_the_audio(pace, named):
    sound = voice(12_000 * pace)
    times_ms = (np.arange(len(sound) // 1200) + 1) * 50 / pace
    troubles = found(wrong_audio_format, Log().speak(0, sound, at_ms=times_ms.tolist()))
    assert bool(troubles) is (named is not None)
    if named:
        assert f"sampled at {named} Hz" in troubles[0].evidence[0].sentence


def test_swapped_bytes_are_told_from_sound():
    swapped = np.frombuffer(np.rint(32767 * voice(8000)).astype("<i2").byteswap().tobytes(), "<i2")
    (trouble,) = found(wrong_audio_format, Log(keeps_audio=True).speak(0, swapped / 32767))
    assert "bytes swapped" in trouble.evidence[0].sentence


def test_two_suppressors_are_told_where_the_page_says_what_it_runs():
    reduction = {"input_audio_noise_reduction": {"type": "near_field"}}
    log = Log(**reduction).event(5, "client.microphone", noise_suppression=True)
    (trouble,) = found(suppressors_stacked, log)
    assert trouble.sure == "certain"
    alone = Log(**reduction).event(5, "client.microphone", noise_suppression=False)
    assert found(suppressors_stacked, alone) == []


def test_losers_of_a_race_are_no_errors_and_others_are():
    for code, count in (("response_cancel_not_active", 0), ("server_error", 1)):
        said = connection(0, closed_s=5, errors=[ErrorSaid(at_ms=10, code=code)])
        assert len(list(service_error(timeline(said)))) == count


def test_a_filtered_answer_is_told_by_its_reason():
    log = Log().answer("r", 100, [(100, 200)], status="incomplete", reason="content_filter")
    assert [each.name for each in found(content_filter, log)] == ["content_filter"]
