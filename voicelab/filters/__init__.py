"""The filters in front of the microphone: Web Audio's own, offline and live.

A browser filters with :class:`BiquadFilterNode`.  The numbers here are that
node's, coefficient for coefficient [1]_, so that what was tuned offline is
what the page will do.  Frequencies are in hertz, audio is float, time runs
along the last axis.

The trap: ``Q`` means two things.  For a high-pass and a low-pass it is **in
decibels**: its default of 1 is a bump of 1 dB at the cut-off, the maximally
flat (Butterworth) filter is ``Q = -3.01``.  For band-pass, notch and peaking
it is a plain ratio, centre by width.  Hence two names, ``q_db`` and ``q``, and
a default of the first that differs from the browser's.

References
----------
.. [1] W3C Web Audio API, section "Filters Characteristics".
"""

from voicelab.filters.chain import Chain, Node, band, hum_notches, joined, nodes
from voicelab.filters.cuts import BUTTERWORTH_Q_DB, WEB_AUDIO_Q_DB, HighPass, LowPass
from voicelab.filters.filter import Filter
from voicelab.filters.stream import FilterStream
from voicelab.filters.tones import BandPass, Notch, Peaking

__all__ = [
    "BUTTERWORTH_Q_DB",
    "WEB_AUDIO_Q_DB",
    "BandPass",
    "Chain",
    "Filter",
    "FilterStream",
    "HighPass",
    "LowPass",
    "Node",
    "Notch",
    "Peaking",
    "band",
    "hum_notches",
    "joined",
    "nodes",
]
