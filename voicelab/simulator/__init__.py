"""The embedded service: Voice Live and its OpenAI relatives on loopback, able to fail on demand.

``Service`` is pure and driven by a clock that one hands in; ``Rehearsal`` is a
client of it in virtual time; ``Simulator`` puts it behind a real socket.

Nothing seen here is a service's doing: label it *simulator*.  No model and no
recogniser stand behind it.  Answers are bundled recordings, transcripts say
only how long somebody spoke, tokens are counted by a guess.
"""

from voicelab.simulator.fault_script import read_faults
from voicelab.simulator.faults import Fault
from voicelab.simulator.heard_turn import HeardTurn
from voicelab.simulator.manner import Manner
from voicelab.simulator.network import Network
from voicelab.simulator.outputs import Close, Cut, Output, Refuse, Send
from voicelab.simulator.pace import Delta, ModelledPace, Pace, SteadyPace
from voicelab.simulator.rehearsal import Received, Rehearsal
from voicelab.simulator.reply import Call, Prompt, Speech, Written
from voicelab.simulator.service import Service
from voicelab.simulator.simulator import Simulator

__all__ = [
    "Call",
    "Close",
    "Cut",
    "Delta",
    "Fault",
    "HeardTurn",
    "Manner",
    "ModelledPace",
    "Network",
    "Output",
    "Pace",
    "Prompt",
    "Received",
    "Refuse",
    "Rehearsal",
    "Send",
    "Service",
    "Simulator",
    "Speech",
    "SteadyPace",
    "Written",
    "read_faults",
]
