"""What Azure Monitor knows of sessions: queries to ask it, and its exports read."""

from voicelab.diagnose.monitor.literals import name_literal, string_literal, timespan_literal
from voicelab.diagnose.monitor.pack import QUERIES, KqlParameter, KqlQuery, kql
from voicelab.diagnose.monitor.rows import MonitorRow, read_monitor_rows
from voicelab.diagnose.monitor.summary import DeploymentSummary, MonitorSummary, summarise

__all__ = [
    "QUERIES",
    "DeploymentSummary",
    "KqlParameter",
    "KqlQuery",
    "MonitorRow",
    "MonitorSummary",
    "kql",
    "name_literal",
    "read_monitor_rows",
    "string_literal",
    "summarise",
    "timespan_literal",
]
