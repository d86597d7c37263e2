from voicelab.streaming.policy.entry import Entry
from voicelab.streaming.policy.history import History


def silent(_turn):
    return None


def test_words_come_back_as_items_after_one_system_line():
    history = History(most_tokens=1000)
    history.add(Entry("u1", "user", text="my name is Ada"))
    history.add(Entry("a1", "assistant", text="hello Ada"))
    system, user, assistant = history.items(audio=silent)
    assert system["role"] == "system"
    assert user["content"] == [{"type": "input_text", "text": "my name is Ada"}]
    assert assistant["content"] == [{"type": "text", "text": "hello Ada"}]


def test_a_turn_without_words_comes_back_as_its_sound():
    history = History(most_tokens=1000)
    history.add(Entry("u1", "user", turn=1, length_s=2.0))
    _, user = history.items(audio=lambda turn: f"sound of {turn}")
    assert user["content"] == [{"type": "input_audio", "audio": "sound of 1"}]
    assert "2.0 s" in history.items(audio=silent)[1]["content"][0]["text"]


def test_an_answer_that_nobody_heard_was_not_said():
    history = History(most_tokens=1000)
    history.add(Entry("a1", "assistant", text=""))
    assert history.items(audio=silent) == []


def test_the_newest_items_that_fit_are_told():
    history = History(most_tokens=30)
    for number in range(10):
        history.add(Entry(f"u{number}", "user", text="x" * 40))
    assert [item["id"] for item in history.items(audio=silent)[1:]] == ["u8", "u9"]
    assert len(history.overflow()) == 8
    history.summarised("ten times x")
    assert history.overflow() == []
    assert "ten times x" in history.items(audio=silent)[0]["content"][0]["text"]


def test_an_output_is_never_told_without_its_call():
    history = History(most_tokens=40)
    call = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "x" * 200}
    history.add(Entry("c", "item", item=call))
    output = {"type": "function_call_output", "call_id": "c", "output": "1"}
    history.add(Entry("o", "item", item=output))
    history.add(Entry("u", "user", text="and now?"))
    assert [item.get("id") for item in history.items(audio=silent)] == [None, "u"]
