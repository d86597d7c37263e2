"""The error reference: what a failure means, and whether to retry, to fix or to stop."""

from voicelab.wire.errors.explanation import Action, Explanation, FailureKind, Service, Wait
from voicelab.wire.errors.reference import (
    ERROR_REFERENCE,
    by_close_code,
    by_error_code,
    by_status,
    explain,
)

__all__ = [
    "ERROR_REFERENCE",
    "Action",
    "Explanation",
    "FailureKind",
    "Service",
    "Wait",
    "by_close_code",
    "by_error_code",
    "by_status",
    "explain",
]
