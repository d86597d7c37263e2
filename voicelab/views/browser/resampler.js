/**
 * A resampler that is fed piece by piece: a windowed sinc in as many phases as
 * the two rates need, so that 44.1 kHz to 24 kHz is exact, too.
 *
 * What lies above the lower of the two Nyquist frequencies is 100 dB down, and
 * what lies below nine tenths of it passes.  Output k belongs to the time
 * k / to, exactly: the filter's delay is waited for, not heard.
 */

const STOP_DB = 100;
const PASSES = 0.9; // of the lower Nyquist frequency
const BLOCK = 4096;

export class Resampler {
  /**
   * @param {number} from  sample rate of what comes in, a whole number of hertz
   * @param {number} to  sample rate of what goes out
   */
  constructor(from, to) {
    const common = greatestCommonDivisor(from, to);
    this.up = to / common;
    this.down = from / common;
    this.isCopy = from === to;
    const nyquist = Math.min(from, to) / 2;
    const transition = ((1 - PASSES) * nyquist) / from;
    // Kaiser's rule for the length of a filter.
    this.half = Math.ceil((STOP_DB - 8) / (2.285 * 2 * Math.PI * transition) / 2);
    this.taps = phases(this.up, this.half, ((1 + PASSES) / 2) * (nyquist / from));
    this.past = new Float32Array(2 * this.half + BLOCK);
    this.begin = -this.half; // the time of past[0], in samples that came in; before 0 is silence
    this.filled = this.half;
    this.made = 0; // samples that went out
  }

  /** The most that `push` writes for so many samples. */
  room(samples) {
    return Math.ceil(((samples + this.half) * this.up) / this.down) + 1;
  }

  /**
   * Take samples, write what they make possible.
   *
   * @param {Float32Array} samples  at most 4096
   * @param {Float32Array} output
   * @param {number} at  where in it
   * @returns {number} how many were written
   */
  push(samples, output, at = 0) {
    if (this.isCopy) {
      output.set(samples, at);
      return samples.length;
    }
    this.past.set(samples, this.filled);
    this.filled += samples.length;
    const { up, down, half, taps, past } = this;
    const width = 2 * half;
    let written = 0;
    for (;;) {
      const place = this.made * down;
      const whole = Math.floor(place / up);
      const first = whole - half + 1 - this.begin;
      if (first + width > this.filled) break;
      const phase = (place % up) * width;
      let sum = 0;
      for (let k = 0; k < width; k += 1) sum += taps[phase + k] * past[first + k];
      output[at + written] = sum;
      written += 1;
      this.made += 1;
    }
    const next = Math.floor((this.made * down) / up) - half + 1 - this.begin;
    if (next > 0) {
      past.copyWithin(0, next, this.filled);
      this.filled -= next;
      this.begin += next;
    }
    return written;
  }
}

/** For each phase the weights of the samples around it; each phase passes 0 Hz unchanged. */
function phases(up, half, cutoff) {
  const width = 2 * half;
  const taps = new Float32Array(up * width);
  const beta = 0.1102 * (STOP_DB - 8.7);
  const peak = bessel(beta);
  for (let phase = 0; phase < up; phase += 1) {
    let sum = 0;
    for (let k = 0; k < width; k += 1) {
      const distance = k - half + 1 - phase / up;
      const edge = distance / half;
      const x = 2 * Math.PI * cutoff * distance;
      const sinc = x === 0 ? 1 : Math.sin(x) / x;
      const window = bessel(beta * Math.sqrt(Math.max(0, 1 - edge * edge))) / peak;
      taps[phase * width + k] = sinc * window;
      sum += sinc * window;
    }
    for (let k = 0; k < width; k += 1) taps[phase * width + k] /= sum;
  }
  return taps;
}

/** The modified Bessel function of order 0, by its series. */
function bessel(x) {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-12 * sum; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a, b) {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
