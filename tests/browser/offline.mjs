// Renders schedules of messages exactly: the context is suspended at each
// message's quantum, the message is posted, and rendering goes on once the
// worklet has acknowledged it.
//
// Several players share a context, one a channel.  Their samples are numbered
// 1, 2, ... so that 0 is silence, and start again at 32767.

const QUANTUM = 128;
const NUMBERS = 32767;

function numbered(from, samples) {
  return Int16Array.from({ length: samples }, (_, i) => 1 + ((from + i) % NUMBERS));
}

const inFloats = (block) => Float32Array.from(block, (value) => value / 32768);

/** A worklet's node, which is made anew where it has died. */
class Worklet {
  constructor(context, name, rules, output, channel) {
    this.make = () => {
      const options = { numberOfInputs: 0, outputChannelCount: [1], processorOptions: rules };
      this.node = new AudioWorkletNode(context, name, options);
      this.node.connect(output, 0, channel);
      this.node.port.onmessage = ({ data }) => {
        if (data.type === "ack") this.acknowledge(data);
        else this.said.push(data);
      };
    };
    this.takesFloats = name !== "voicelab-player";
    this.acks = [];
    this.said = [];
    this.make();
  }

  async tell(message, block) {
    if ((await this.post({ type: "probe" })).isAlive === false) this.make();
    const samples = block !== null && this.takesFloats ? inFloats(block) : block;
    const whole = block === null ? message : { ...message, samples };
    this.acks.push((await this.post(whole, block === null ? [] : [samples.buffer])).quantum);
  }

  post(message, transfer = []) {
    return new Promise((resolve) => {
      this.acknowledge = resolve;
      this.node.port.postMessage({ ...message, ack: 1 }, transfer);
    });
  }
}

/** Buffer sources, each started where the one before ends, or now. */
class Scheduled {
  constructor(context, _name, _rules, output, channel) {
    Object.assign(this, { context, output, channel, next: 0, acks: [], said: [] });
  }

  async tell(_message, block) {
    if (block === null) return;
    const { context } = this;
    const buffer = new AudioBuffer({ length: block.length, sampleRate: context.sampleRate });
    buffer.copyToChannel(inFloats(block), 0);
    const source = new AudioBufferSourceNode(context, { buffer });
    source.connect(this.output, 0, this.channel);
    const now = Math.round(context.currentTime * context.sampleRate);
    const frame = Math.max(now, this.next);
    source.start(frame / context.sampleRate);
    this.next = frame + block.length;
  }
}

/**
 * players: [{rules, messages: [[quantum, {type, response, samples}], ...]}], samples as counts.
 * Gives for each player its output as runs [place, first number from 0, length], the quantum
 * that each acknowledgement names, and what else it said.  With isSteady every sample is 0.5,
 * and the output comes as it is.
 */
export async function render({ module, name, rateHz, quanta, players, isSteady = false }) {
  const context = new OfflineAudioContext(players.length, quanta * QUANTUM, rateHz);
  const Kind = module === null ? Scheduled : Worklet;
  if (module !== null) await context.audioWorklet.addModule(module);
  const make = isSteady ? (_, samples) => new Int16Array(samples).fill(16384) : numbered;
  const merger = new ChannelMergerNode(context, { numberOfInputs: players.length });
  merger.connect(context.destination);
  const at = new Map();
  const made = players.map(({ rules, messages }, channel) => {
    const player = new Kind(context, name, rules, merger, channel);
    player.sent = 0;
    for (const [quantum, message] of messages) {
      if (!at.has(quantum)) at.set(quantum, []);
      at.get(quantum).push([player, message]);
    }
    return player;
  });

  for (const [quantum, posts] of at) {
    context.suspend((quantum * QUANTUM) / rateHz).then(async () => {
      for (const [player, message] of posts) {
        const block = message.type === "audio" ? make(player.sent, message.samples) : null;
        player.sent += message.samples ?? 0;
        await player.tell(message, block);
      }
      context.resume();
    });
  }
  const rendered = await context.startRendering();
  return made.map(({ acks, said }, channel) => {
    const output = rendered.getChannelData(channel);
    return { acks, said, ...(isSteady ? { floats: inBase64(output) } : { runs: runsOf(output) }) };
  });
}

/** Stretches of consecutive numbers. */
function runsOf(output) {
  const runs = [];
  let run = null;
  for (let i = 0; i < output.length; i += 1) {
    const value = output[i] * 32768;
    if (value === 0) {
      run = null;
    } else if (run !== null && value === 1 + ((run[1] + run[2]) % NUMBERS)) {
      run[2] += 1;
    } else {
      run = [i, value - 1, 1];
      runs.push(run);
    }
  }
  return runs;
}

/** Renders sound through one BiquadFilterNode; floats come and go as base64. */
export async function filtered({ samples, rateHz, settings }) {
  const sound = floatsOf(samples);
  const context = new OfflineAudioContext(1, sound.length, rateHz);
  const buffer = new AudioBuffer({ length: sound.length, sampleRate: rateHz });
  buffer.copyToChannel(sound, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(new BiquadFilterNode(context, settings)).connect(context.destination);
  source.start();
  return inBase64((await context.startRendering()).getChannelData(0));
}

function floatsOf(base64) {
  return new Float32Array(Uint8Array.from(atob(base64), (each) => each.charCodeAt(0)).buffer);
}

function inBase64(floats) {
  let text = "";
  for (const octet of new Uint8Array(floats.buffer)) text += String.fromCharCode(octet);
  return btoa(text);
}
