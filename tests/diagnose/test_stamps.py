from voicelab.diagnose.stamps import stamp_remarks
from voicelab.export import export
from voicelab.tuning import Tuning, stamp

GUIDE = Tuning.from_profile("guide")
OTHER = GUIDE.with_value("/turn_detection/threshold", 0.5)


def configured(*tunings, to="voice-live"):
    return [export(each, to=to).artifact for each in tunings]


def test_a_log_that_ran_with_the_given_tuning_leaves_nothing_to_say():
    for to in ("voice-live", "openai-realtime"):
        assert stamp_remarks([{"type": "response.done"}, *configured(GUIDE, to=to)], GUIDE) == ()


def test_a_log_that_ran_with_another_tuning_says_so_once():
    (remark,) = stamp_remarks(configured(OTHER, OTHER), GUIDE)
    assert remark.startswith(
        f"the log ran with tuning {stamp(OTHER)}, the given one is {stamp(GUIDE)}"
    )


def test_a_tuning_that_was_changed_on_the_way_is_found():
    assert len(stamp_remarks(configured(GUIDE, OTHER), GUIDE)) == 1


def test_a_log_without_a_stamp_names_no_tuning():
    (remark,) = stamp_remarks([{"type": "session.update", "session": {}}], GUIDE)
    assert "names no tuning" in remark
