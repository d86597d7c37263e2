// Writes down which numbered samples pass through it, as runs [place, number from 0, length].
class Recorder extends AudioWorkletProcessor {
  constructor() {
    super();
    this.runs = [];
    this.port.onmessage = () => this.port.postMessage(this.runs);
  }

  process(inputs) {
    const input = inputs[0][0];
    if (input === undefined) return true;
    for (let i = 0; i < input.length; i += 1) {
      const value = input[i] * 32768;
      const run = this.runs.at(-1);
      if (value === 0) continue;
      const isNext = run !== undefined && run[0] + run[2] === currentFrame + i;
      if (isNext && value === 1 + ((run[1] + run[2]) % 32767)) run[2] += 1;
      else this.runs.push([currentFrame + i, value - 1, 1]);
    }
    return true;
  }
}

registerProcessor("recorder", Recorder);
