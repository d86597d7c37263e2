"""The rules: each a pure function from a timeline to what it found."""

from voicelab.diagnose.rules.connection import (
    connection_lost,
    connection_refused,
    idle_close,
    session_expired,
)
from voicelab.diagnose.rules.echo import self_triggers
from voicelab.diagnose.rules.history import history_unheard
from voicelab.diagnose.rules.limits import rate_limit
from voicelab.diagnose.rules.microphone import (
    no_microphone,
    suppressors_stacked,
    wrong_audio_format,
)
from voicelab.diagnose.rules.obedience import setting_not_obeyed
from voicelab.diagnose.rules.page import main_thread_blocked, tab_throttled
from voicelab.diagnose.rules.pauses import turns_cut
from voicelab.diagnose.rules.playback import playback_dry
from voicelab.diagnose.rules.push_to_talk import commit_without_response
from voicelab.diagnose.rules.recovery import context_lost
from voicelab.diagnose.rules.security import direct_connection, key_in_url
from voicelab.diagnose.rules.service import content_filter, service_error
from voicelab.diagnose.rules.turns import false_triggers, first_words_clipped

__all__ = [
    "RULES",
    "commit_without_response",
    "connection_lost",
    "connection_refused",
    "content_filter",
    "context_lost",
    "direct_connection",
    "false_triggers",
    "first_words_clipped",
    "history_unheard",
    "idle_close",
    "key_in_url",
    "main_thread_blocked",
    "no_microphone",
    "playback_dry",
    "rate_limit",
    "self_triggers",
    "service_error",
    "session_expired",
    "setting_not_obeyed",
    "suppressors_stacked",
    "tab_throttled",
    "turns_cut",
    "wrong_audio_format",
]

RULES = (
    connection_refused,
    rate_limit,
    session_expired,
    idle_close,
    connection_lost,
    context_lost,
    no_microphone,
    wrong_audio_format,
    suppressors_stacked,
    setting_not_obeyed,
    false_triggers,
    self_triggers,
    first_words_clipped,
    turns_cut,
    commit_without_response,
    playback_dry,
    history_unheard,
    tab_throttled,
    main_thread_blocked,
    content_filter,
    service_error,
    key_in_url,
    direct_connection,
)
