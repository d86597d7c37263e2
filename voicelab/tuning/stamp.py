"""Stamp: the short fingerprint of a tuning's values, by which logs are joined to it.

It covers what a session is run with: filters, turn detection, player and
session settings.  Origin, evidence, target and the day it was made do not
count: a config that was measured again and came out the same runs the same.
"""

import hashlib

from voicelab.tuning.change import SECTIONS
from voicelab.tuning.document import plain, write
from voicelab.tuning.tuning import Tuning

__all__ = ["stamp"]

DIGITS = 16  # 64 bits: no two configs of one team meet by chance


def stamp(tuning: Tuning) -> str:
    """Give the fingerprint of a tuning's values.

    Parameters
    ----------
    tuning : Tuning
        Whose values.

    Returns
    -------
    str
        The first 16 hexadecimal digits of the SHA-256 of their canonical JSON.

    Examples
    --------
    >>> guide = Tuning.from_profile("guide")
    >>> stamp(guide) == stamp(guide.with_value("/turn_detection/threshold", 0.5))
    False
    """
    values = {name: plain(getattr(tuning, name)) for name in ("filters", *SECTIONS)}
    return hashlib.sha256(write(values, canonical=True).encode()).hexdigest()[:DIGITS]
