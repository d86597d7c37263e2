"""Write the speech that the clients speak: one phrase of a bundled recording, then silence.

    python make_speech.py SPEECH.wav

Runs with voicelab.
"""

import sys
import wave

import numpy as np

from voicelab import samples
from voicelab.audio import resample, to_pcm16

SPEAKER = "speech_male_jfk"
PHRASE_MS = 2400.0
LEAD_MS, SILENCE_MS = 300, 1500
RATE_HZ = 24_000


def main() -> None:
    """Write the file."""
    phrase = resample(samples.room()[SPEAKER].excerpt(0.0, PHRASE_MS), RATE_HZ).samples
    lead, silence = (np.zeros(RATE_HZ * ms // 1000) for ms in (LEAD_MS, SILENCE_MS))
    with wave.open(sys.argv[1], "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(to_pcm16(np.concatenate([lead, phrase, silence])).octets)


if __name__ == "__main__":
    main()
