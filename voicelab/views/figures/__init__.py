"""Figures: numbers in, a matplotlib ``Figure`` out; no widget, no pyplot.

Every title says whose numbers are shown: the *local model's*, the
*simulator's* or the *service's*.  What is drawn once is a function that gives
a figure; what is redrawn under a slider is a :class:`Picture` that has one.
"""

from voicelab.views.figures.envelope import Envelope, envelope
from voicelab.views.figures.filtered import Filtered, draw_response
from voicelab.views.figures.picture import Picture
from voicelab.views.figures.session_lanes import SessionLanes, draw_session
from voicelab.views.figures.spectrogram import Spectrum, draw_spectrogram, spectrum
from voicelab.views.figures.staircase import Staircase
from voicelab.views.figures.threshold_curves import ThresholdCurves
from voicelab.views.figures.turn_lanes import TurnLanes
from voicelab.views.figures.verdict_card import draw_verdict_card
from voicelab.views.figures.waveform import draw_waveform

__all__ = [
    "Envelope",
    "Filtered",
    "Picture",
    "SessionLanes",
    "Spectrum",
    "Staircase",
    "ThresholdCurves",
    "TurnLanes",
    "draw_response",
    "draw_session",
    "draw_spectrogram",
    "draw_verdict_card",
    "draw_waveform",
    "envelope",
    "spectrum",
]
