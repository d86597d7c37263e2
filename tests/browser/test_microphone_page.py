"""What the microphone's page does by itself: button, filters, takes, and a silent kernel.

A model stands in for JupyterLab, so what is sent is read as it was sent; the
kernel is as silent as the test wants it.
"""

import pytest
from conftest import CHROMIUM
from widget_page import launched, press, show

from voicelab import samples
from voicelab.filters import HighPass, Notch
from voicelab.views import Microphone
from voicelab.views.sound import wav

pytestmark = pytest.mark.browser

FAKE = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SENT = "types => window.shown.model.sent.filter(each => types.includes(each.type))"
FILTERS = """() => [...globalThis[Symbol.for("voicelab")].values()][0].device.filters
    .map(node => [node.type, node.frequency.value, node.Q.value])"""
HEARD = '[...globalThis[Symbol.for("voicelab")].values()][0].heard'
DEVICE = '[...globalThis[Symbol.for("voicelab")].values()][0].device'
VOICE = '[...globalThis[Symbol.for("voicelab")].values()][0].take?.sound'
GIVE_VOICE = """octets => {
    const { buffer } = Uint8Array.from(octets);
    window.shown.model.state.accompaniment = new DataView(buffer);
}"""
HEAR_OUT = f"""() => {{
    window.voice = {VOICE};
    window.voice.onended = () => {{ window.fellSilent = true; }};
}}"""
PRE_ROLL = 24_000 * 300 // 1000
BLOCK = 240


@pytest.fixture(scope="module")
def browser():
    """A browser whose fake microphone beeps, and which grants it."""
    if not CHROMIUM.exists():
        pytest.skip(f"needs {CHROMIUM}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launched(playwright.chromium, *FAKE)
        yield browser
        browser.close()


@pytest.fixture
def listening(browser, site):
    """Open pages whose microphone listens."""
    pages = []

    def listen(microphone):
        page = browser.new_page(viewport={"width": 900, "height": 300})
        pages.append(page)
        page.goto(f"{site}/empty.html")
        show(page, microphone)
        press(page, "use microphone")
        page.wait_for_function(f"{HEARD} > 24000")
        return page

    yield listen
    for page in pages:
        page.close()


def talker():
    microphone = Microphone(hold_to_talk=True)
    microphone.on_chunk(lambda *_: None)
    return microphone


def by_mouse(page):
    button = page.get_by_role("button", name="hold to talk")
    button.hover()
    return page.mouse.down, page.mouse.up


def by_key(page):
    page.get_by_role("button", name="hold to talk").focus()
    return (lambda: page.keyboard.down("Space")), (lambda: page.keyboard.up("Space"))


@pytest.mark.parametrize("hold", [by_mouse, by_key])
def test_what_is_said_while_the_button_is_held_is_sent_with_the_moment_before(listening, hold):
    page = listening(talker())
    down, up = hold(page)
    assert page.evaluate(SENT, ["chunk", "talk"]) == []
    pressed_at = page.evaluate(HEARD)
    down()
    page.wait_for_timeout(400)
    up()
    page.wait_for_timeout(200)
    released_at = page.evaluate(HEARD)
    sent = page.evaluate(SENT, ["chunk", "talk"])
    assert [each["number"] for each in sent] == list(range(len(sent)))
    assert [each["pressed"] for each in (sent[0], sent[-1])] == [True, False]
    chunks = sent[1:-1]
    assert all(each["type"] == "chunk" for each in chunks)
    firsts = [each["first"] for each in chunks]
    lengths = [each["octets"] // 2 for each in chunks]
    assert firsts[1:] == [a + n for a, n in zip(firsts, lengths, strict=True)][:-1]
    assert set(lengths[:-1]) == {1200}
    # Between reading the place and the hand's move a little time goes by.
    assert pressed_at - PRE_ROLL - BLOCK <= firsts[0] <= pressed_at - PRE_ROLL + 4800
    assert sum(lengths) >= PRE_ROLL + 0.35 * 24_000
    assert firsts[-1] + lengths[-1] <= released_at


def test_whoever_looks_away_lets_go(listening):
    page = listening(talker())
    down, _ = by_key(page)
    down()
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(200)
    assert page.evaluate(SENT, ["talk"])[-1]["pressed"] is False


def test_the_filters_are_biquad_nodes_and_move_while_one_listens(listening):
    page = listening(Microphone([HighPass(80), Notch(50)]))
    (high, eighty, q_db), notch = page.evaluate(FILTERS)
    assert (high, eighty, round(q_db, 2)) == ("highpass", 80, -3.01)
    assert notch == ["notch", 50, 10]
    moved = Microphone([HighPass(120), Notch(50)]).get_state()["_nodes"]
    page.evaluate("nodes => window.shown.model.tell('change:_nodes', nodes)", moved)
    page.wait_for_function(f"Math.abs(({FILTERS})()[0][1] - 120) < 1")
    page.evaluate("window.shown.model.tell('change:_nodes', [])")
    assert page.evaluate(FILTERS) == []


def test_a_take_is_as_long_as_was_asked_and_is_kept_until_the_kernel_has_it(listening):
    microphone = Microphone()
    microphone.take_s, microphone.take_name = 0.5, "fan"
    microphone.prompts = [[0.1, "say yes"]]
    page = listening(microphone)
    press(page, "record")
    page.get_by_text("say yes").wait_for()
    page.get_by_text("One take is on the way to the kernel.").wait_for()
    (head,) = page.evaluate(SENT, ["take"])
    assert (head["samples"], head["parts"], head["name"]) == (12_000, 1, "fan")
    assert len(head["sha256"]) == len(head["capture"]["device_sha256"]) == 64
    assert "label" not in str(head).lower()
    answer = "said => window.shown.model.tell('msg:custom', said)"
    said = {"type": "take", "id": head["id"]}
    page.evaluate(answer, {**said, "state": "missing", "missing": [0]})
    assert len(page.evaluate(SENT, ["part"])) == 2
    page.evaluate(answer, {**said, "state": "arrived"})
    page.get_by_text("on the way").wait_for(state="hidden")


def test_a_take_may_be_accompanied_by_the_agents_voice_which_ends_with_it(listening):
    microphone = Microphone()
    microphone.take_s = 0.5
    page = listening(microphone)
    voice = wav(samples.room()["speech_female_ljspeech"].excerpt(0, 3000))
    page.evaluate(GIVE_VOICE, list(voice))
    press(page, "record")
    page.wait_for_function(f"{VOICE}?.context.state === 'running'")
    page.evaluate(HEAR_OUT)
    assert page.evaluate("window.voice.buffer.duration") == pytest.approx(3)
    page.wait_for_function("window.fellSilent", timeout=2500)  # long before its own end


def test_another_device_can_be_chosen_while_one_listens(listening):
    page = listening(Microphone())
    choice = page.get_by_role("combobox", name="microphone")
    other = choice.locator("option").nth(2)
    first = page.evaluate(f"{DEVICE}.track.getSettings().deviceId")
    choice.select_option(other.get_attribute("value"))
    page.wait_for_function(f"{DEVICE} && {DEVICE}.track.getSettings().deviceId !== {first!r}")
    assert page.evaluate(f"{DEVICE}.track.label") == other.inner_text()
    assert choice.input_value() == other.get_attribute("value")


def test_a_kernel_that_does_not_answer_is_said_and_nothing_stops(listening):
    page = listening(Microphone())
    page.get_by_text("The kernel is busy").wait_for()
    before = page.evaluate(HEARD)
    page.wait_for_timeout(300)
    assert page.evaluate(HEARD) > before
    page.evaluate("window.shown.model.tell('msg:custom', {type: 'pong'})")
    page.get_by_text("The kernel is busy").wait_for(state="hidden")


def test_muted_is_silence_and_says_so(listening):
    page = listening(Microphone())
    press(page, "mute")
    page.evaluate("window.shown.model.tell('change:muted', true)")
    page.get_by_text("listening, muted").wait_for()
    assert page.evaluate("document.querySelector('.voicelab-light').dataset.state") == "off"
