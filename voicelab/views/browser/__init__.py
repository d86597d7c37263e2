"""What only the browser has: its microphone, its loudspeaker, its screen's clock.

Sound is captured, filtered, resampled, drawn and played in the page; the
kernel gets whole takes and, live, chunks.  Nothing is asked of the person
before a click, and nothing needs the kernel while something is recorded.
"""

from voicelab.views.browser.meter import Meter
from voicelab.views.browser.microphone import Microphone
from voicelab.views.browser.speaker import Speaker

__all__ = ["Meter", "Microphone", "Speaker"]
