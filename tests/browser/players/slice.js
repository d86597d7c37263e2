// Array and slice: plays what is there, with zeros after it, and latches nothing.
class Slice extends AudioWorkletProcessor {
  constructor() {
    super();
    this.buffer = [];
    this.port.onmessage = ({ data }) => {
      if (data.type === "audio") this.buffer.push(...data.samples);
      this.port.postMessage({ type: "ack" });
    };
  }

  process(_inputs, outputs) {
    const output = outputs[0][0];
    output.set(this.buffer.slice(0, output.length));
    this.buffer = this.buffer.slice(output.length);
    return true;
  }
}

registerProcessor("slice", Slice);
