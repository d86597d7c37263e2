"""Sessions that hypothesis makes up step by step, and shrinks when one loses something."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from verdict import faults_of
from world import Script, World

CODES = st.sampled_from((1001, 1005, 1006, 1011, 1012, 1013))
BUTTONS = ("open microphone", "button, no turn detection", "button, silent turn detection")


class AnySession(RuleBasedStateMachine):
    """A script grows by rules; at the end it is run for at least 60 virtual seconds."""

    def __init__(self):
        super().__init__()
        self.script, self.now_ms = Script(), 3_000.0

    @initialize(talking=st.sampled_from(BUTTONS), latency_ms=st.integers(5, 120), code=CODES)
    def begin(self, talking, latency_ms, code):
        self.script = Script(talking=talking, latency_ms=float(latency_ms))
        self.script.faults.append((50_000.0, "close", code))

    @rule(frames=st.integers(15, 150), pause_ms=st.integers(90, 600).map(lambda tens: 10 * tens))
    def speak(self, frames, pause_ms):
        if self.now_ms + 20 * frames < 55_000:
            self.script.utterances.append((self.now_ms, frames))
            self.now_ms += 20 * frames + pause_ms

    @rule(code=CODES, before_ms=st.integers(0, 4_000))
    def lose(self, code, before_ms):
        self.script.faults.append((self.now_ms - before_ms + 0.5, "close", code))

    @rule(length_ms=st.integers(200, 4_000))
    def go_deaf(self, length_ms):
        self.script.faults.append((self.now_ms + 0.25, "deaf", float(length_ms)))

    @rule()
    def interrupt(self):
        self.script.interrupts.append(self.now_ms - 500)

    def teardown(self):
        assert faults_of(World(self.script).run()) == []


TestAnySession = AnySession.TestCase
TestAnySession.settings = settings(max_examples=300, stateful_step_count=15, deadline=None)
