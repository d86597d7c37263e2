"""What travels between client and service: settings of a session, events, logs."""

from voicelab.wire.arrivals_csv import ArrivalRow, read_arrivals_csv
from voicelab.wire.session import SessionSettings

__all__ = ["ArrivalRow", "SessionSettings", "read_arrivals_csv"]
