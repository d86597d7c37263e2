/**
 * The microphone's worklet: resamples to 24 kHz, rounds to 16 bit, and hands
 * over blocks of 10 ms.
 *
 * A render quantum without sound is silence, so that time goes on.  Messages
 * from it, their buffers transferred:
 *
 *   {samples}   an Int16Array, the next 240 samples
 */

import { Resampler } from "./resampler.js";

const TO_HZ = 24000;
const BLOCK_SAMPLES = 240;
const SCALE = 32768;

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, TO_HZ);
    this.silence = new Float32Array(128);
    this.made = new Float32Array(this.resampler.room(128));
    this.block = new Int16Array(BLOCK_SAMPLES);
    this.filled = 0;
    this.isOpen = true;
    this.port.onmessage = () => (this.isOpen = false);
  }

  process(inputs) {
    const count = this.resampler.push(inputs[0][0] ?? this.silence, this.made);
    for (let i = 0; i < count; i += 1) {
      this.block[this.filled] = rounded(this.made[i]);
      this.filled += 1;
      if (this.filled === BLOCK_SAMPLES) {
        this.port.postMessage({ samples: this.block }, [this.block.buffer]);
        this.block = new Int16Array(BLOCK_SAMPLES);
        this.filled = 0;
      }
    }
    return this.isOpen;
  }
}

/** To the nearest integer, ties to even, cut to the range: the rule of all PCM here. */
function rounded(value) {
  const scaled = value * SCALE;
  let nearest = Math.round(scaled);
  if (nearest - scaled === 0.5 && nearest % 2 !== 0) nearest -= 1;
  return Math.max(-SCALE, Math.min(SCALE - 1, nearest));
}

registerProcessor("voicelab-capture", Capture);
