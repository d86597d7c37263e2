"""Turn detection: activity -> turns -> two-sided scores -> sweep -> choice."""

from voicelab.vad.activity import DETECTOR_RATE_HZ, Activity, Detector
from voicelab.vad.activity_stream import ActivityStream
from voicelab.vad.choice import Choice
from voicelab.vad.detectors import DETECTORS, detector
from voicelab.vad.echo import echo_scenes
from voicelab.vad.found_turns import FoundTurns, find_turns
from voicelab.vad.frame_detector import FrameDetector
from voicelab.vad.grid import Grid
from voicelab.vad.heard_turn import HeardTurn
from voicelab.vad.intervals import Estimate
from voicelab.vad.kind_scores import KindScores
from voicelab.vad.memory import Memory
from voicelab.vad.scene import Scene
from voicelab.vad.scenes import is_conversation, lay_out_turns, scenes
from voicelab.vad.scores import SHORT_TURN_MS, SceneScores, is_short, score_turns
from voicelab.vad.semantic import AnyTurnDetection, AzureSemanticVad, SemanticVad
from voicelab.vad.server_vad import ServerVad, SpeechStarted, SpeechStopped
from voicelab.vad.setting import Budget, Condition, Figures, Setting, Verdict
from voicelab.vad.silero import SileroDetector
from voicelab.vad.sweep import sweep
from voicelab.vad.swept import Sweep
from voicelab.vad.turn_detection import Assumptions, TurnDetection
from voicelab.vad.why import Why

__all__ = [
    "DETECTORS",
    "DETECTOR_RATE_HZ",
    "SHORT_TURN_MS",
    "Activity",
    "ActivityStream",
    "AnyTurnDetection",
    "Assumptions",
    "AzureSemanticVad",
    "Budget",
    "Choice",
    "Condition",
    "Detector",
    "Estimate",
    "Figures",
    "FoundTurns",
    "FrameDetector",
    "Grid",
    "HeardTurn",
    "KindScores",
    "Memory",
    "Scene",
    "SceneScores",
    "SemanticVad",
    "ServerVad",
    "Setting",
    "SileroDetector",
    "SpeechStarted",
    "SpeechStopped",
    "Sweep",
    "TurnDetection",
    "Verdict",
    "Why",
    "detector",
    "echo_scenes",
    "find_turns",
    "is_conversation",
    "is_short",
    "lay_out_turns",
    "scenes",
    "score_turns",
    "sweep",
]
