/**
 * The microphone's end: an AudioWorkletProcessor that hands out 16-bit chunks.
 *
 * What comes in is a float in each of 128 samples of a render quantum; what
 * goes out on its port is an Int16Array of `chunkSamples`, transferred.
 */
class Microphone extends AudioWorkletProcessor {
  constructor(options) {
    super();
    this.size = options.processorOptions.chunkSamples;
    this.chunk = new Int16Array(this.size);
    this.filled = 0;
  }

  process(inputs) {
    const input = inputs[0][0];
    if (input === undefined) return true; // nothing is connected, or the device is gone
    for (const sample of input) {
      this.chunk[this.filled] = Math.max(-32768, Math.min(32767, Math.round(sample * 32768)));
      this.filled += 1;
      if (this.filled === this.size) {
        this.port.postMessage(this.chunk, [this.chunk.buffer]);
        this.chunk = new Int16Array(this.size);
        this.filled = 0;
      }
    }
    return true;
  }
}

registerProcessor("voicelab-microphone", Microphone);
