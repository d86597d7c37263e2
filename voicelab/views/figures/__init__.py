"""Figures: numbers in, a matplotlib ``Figure`` out; no widget, no pyplot.

Every title says whose numbers are shown: the *local model's*, the
*simulator's* or the *service's*.
"""

from voicelab.views.figures.threshold_curves import ThresholdCurves
from voicelab.views.figures.verdict_card import draw_verdict_card

__all__ = ["ThresholdCurves", "draw_verdict_card"]
