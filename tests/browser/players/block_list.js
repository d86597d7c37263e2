// A list of whole quanta: dies on the first quantum that finds none after it began.
class BlockList extends AudioWorkletProcessor {
  constructor() {
    super();
    this.blocks = [];
    this.block = new Float32Array(128);
    this.filled = 0;
    this.hasBegun = false;
    this.isAlive = true;
    this.port.onmessage = ({ data }) => {
      if (data.type === "audio") this.write(data.samples);
      this.port.postMessage({ type: "ack", isAlive: this.isAlive });
    };
  }

  write(samples) {
    for (const sample of samples) {
      this.block[this.filled] = sample;
      this.filled += 1;
      if (this.filled === this.block.length) {
        this.blocks.push(this.block);
        this.block = new Float32Array(128);
        this.filled = 0;
      }
    }
  }

  process(_inputs, outputs) {
    if (this.blocks.length > 0) {
      outputs[0][0].set(this.blocks.shift());
      this.hasBegun = true;
    } else if (this.hasBegun) {
      this.isAlive = false;
    }
    return this.isAlive;
  }
}

registerProcessor("block_list", BlockList);
