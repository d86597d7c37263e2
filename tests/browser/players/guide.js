// The guide's player: an array, one shift() a sample, 480 samples to begin with.
class Guide extends AudioWorkletProcessor {
  constructor() {
    super();
    this.buffer = [];
    this.playing = false;
    this.port.onmessage = ({ data }) => {
      if (data.type === "audio") this.buffer.push(...data.samples);
      this.port.postMessage({ type: "ack" });
    };
  }

  process(_inputs, outputs) {
    const output = outputs[0][0];
    if (!this.playing && this.buffer.length < 480) return true;
    this.playing = this.buffer.length > 0;
    for (let i = 0; i < output.length; i += 1) {
      output[i] = this.buffer.length > 0 ? this.buffer.shift() : 0;
    }
    return true;
  }
}

registerProcessor("guide", Guide);
