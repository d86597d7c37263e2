"""Turn detection: activity -> turns -> two-sided scores -> sweep -> choice."""

from voicelab.vad.activity import Activity, Detector
from voicelab.vad.choice import Choice
from voicelab.vad.detectors import DETECTORS, detector
from voicelab.vad.intervals import Estimate
from voicelab.vad.scenes import Scene, lay_out_turns, scenes
from voicelab.vad.scores import SHORT_TURN_MS, SceneScores, is_short, score_turns
from voicelab.vad.server_vad import (
    FoundTurns,
    ServerVad,
    SpeechStarted,
    SpeechStopped,
    find_turns,
)
from voicelab.vad.setting import Budget, Condition, Figures, Setting, Verdict
from voicelab.vad.silero import SileroDetector
from voicelab.vad.sweep import Grid, Sweep, sweep
from voicelab.vad.turn_detection import Assumptions, TurnDetection

__all__ = [
    "DETECTORS",
    "SHORT_TURN_MS",
    "Activity",
    "Assumptions",
    "Budget",
    "Choice",
    "Condition",
    "Detector",
    "Estimate",
    "Figures",
    "FoundTurns",
    "Grid",
    "Scene",
    "SceneScores",
    "ServerVad",
    "Setting",
    "SileroDetector",
    "SpeechStarted",
    "SpeechStopped",
    "Sweep",
    "TurnDetection",
    "Verdict",
    "detector",
    "find_turns",
    "is_short",
    "lay_out_turns",
    "scenes",
    "score_turns",
    "sweep",
]
