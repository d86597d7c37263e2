/**
 * The microphone's worklet: resamples to 24 kHz, rounds to 16 bit, and hands
 * over blocks of 10 ms.
 *
 * A render quantum without sound is silence, so that time goes on.  Where the
 * machine is too slow for its own sound, a browser fills up with zeros, which no
 * microphone gives in mid-sound: such holes are counted.  Messages from it, their
 * buffers transferred:
 *
 *   {samples, holes}   an Int16Array, the next 240 samples; holes so far, in seconds
 */

import { Resampler } from "./resampler.js";

const TO_HZ = 24000;
const BLOCK_SAMPLES = 240;
const SCALE = 32768;
const LONGEST_HOLE_S = 0.2; // longer silence is meant

class Capture extends AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(sampleRate, TO_HZ);
    this.silence = new Float32Array(128);
    this.made = new Float32Array(this.resampler.room(128));
    this.block = new Int16Array(BLOCK_SAMPLES);
    this.filled = 0;
    this.zeros = Infinity; // samples of silence that this quantum comes after
    this.holes = 0;
    this.isOpen = true;
    this.port.onmessage = () => (this.isOpen = false);
  }

  process(inputs) {
    const sound = inputs[0][0] ?? this.silence;
    this.watchForHoles(sound);
    const count = this.resampler.push(sound, this.made);
    for (let i = 0; i < count; i += 1) {
      this.block[this.filled] = rounded(this.made[i]);
      this.filled += 1;
      if (this.filled === BLOCK_SAMPLES) {
        this.port.postMessage({ samples: this.block, holes: this.holes }, [this.block.buffer]);
        this.block = new Int16Array(BLOCK_SAMPLES);
        this.filled = 0;
      }
    }
    return this.isOpen;
  }

  watchForHoles(sound) {
    if (sound.every((sample) => sample === 0)) {
      this.zeros += sound.length;
      return;
    }
    if (this.zeros < LONGEST_HOLE_S * sampleRate) this.holes += this.zeros / sampleRate;
    this.zeros = 0;
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
