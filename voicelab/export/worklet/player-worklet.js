/**
 * The player: an AudioWorkletProcessor that plays a voice agent's answers.
 *
 * It holds the blocks that were handed to it, by reference, in a ring, and
 * copies out one render quantum at a time.  `process` allocates nothing and
 * posts nothing.  Samples are 16-bit integers, so no NaN can get in.
 *
 * Messages to it, on its own port or on one that was connected:
 *
 *   {type: "connect", port}              listen on this MessagePort too
 *   {type: "audio", response, samples}   an Int16Array; transfer its buffer
 *   {type: "done", response}             the answer is complete
 *   {type: "flush", response?}           stop it, or all, and refuse what is
 *                                        still in flight
 *   {type: "report"}                     ask for the counters
 *
 * A message with a field `ack` is answered on the port it came through by
 * {type: "ack", ack, quantum}: the first render quantum that sees it, or NaN
 * before the first of all.  A flush is answered by {type: "flushed", response,
 * playedSamples} for each answer, a report by
 *
 *   {type: "report", queuedSamples, droppedSamples, refusedSamples, answers: [
 *     {response, playedSamples, underruns, silentSamples, done}, ...]}
 *
 * Silence counts from an answer's first sample to its last.  An answer that is
 * over is reported once and then forgotten.  The rule `guide` knows no answers:
 * one queue runs through the session, and counts as one.
 */

// tuned: begin
const TUNED = {
  "rateHz": 24000,
  "start": "prefill",
  "startMs": 20,
  "onUnderrun": "play_on",
  "ratchetMs": 20,
  "ratchetToMs": 1000,
  "flushAtEnd": true,
  "maxQueueMs": 30000,
  "onOverflow": "drop_newest",
  "fadeMs": 0
};
// tuned: end

const QUANTUM_SAMPLES = 128;
const FULL_SCALE = 1 / 32768;
const ROUNDING_SAMPLES = 1e-6; // a time that came out of whole samples goes back to as many

/**
 * @typedef {object} Answer
 * @property {string} response  its id
 * @property {number} queued  samples that wait to be played
 * @property {number} since  the quantum in which they began to wait
 * @property {boolean} playing  whether it has started, or started again
 * @property {boolean} done  whether nothing more will come
 * @property {boolean} flushed  whether what comes is refused
 * @property {boolean} dry  whether it ran dry and nothing has come since
 * @property {number} played  samples played
 * @property {number} underruns  silences between its first sample and its last
 * @property {number} silent  samples of them
 * @property {number} pending  samples of silence that may turn out to be its end
 */

class Player extends AudioWorkletProcessor {
  /** @param {{processorOptions?: Partial<typeof TUNED>}} options */
  constructor(options) {
    super();
    const rules = { ...TUNED, ...options.processorOptions };
    this.rules = rules;
    this.isOneQueue = rules.onUnderrun === "guide";
    this.startsAgain = rules.onUnderrun === "refill" || rules.onUnderrun === "ratchet";
    this.maxQueue = rules.maxQueueMs === null ? Infinity : this.samplesIn(rules.maxQueueMs, 1);
    this.fade = this.samplesIn(rules.fadeMs, 1);
    this.gain = 0;
    this.setStart(rules.startMs);

    // The ring: slot i holds a block, how much of it counts, and whose it is.
    this.blocks = new Array(256).fill(null);
    this.lengths = new Int32Array(256);
    this.owners = new Array(256).fill(null);
    this.head = 0; // the slot that is played next,
    this.offset = 0; // from this sample on
    this.filled = 0;
    this.queued = 0;
    this.appended = 0; // blocks so far,
    this.completed = 0; // and how many of them belong to a complete answer

    /** @type {Map<string, Answer>} */
    this.answers = new Map();
    /** @type {Answer | null} */
    this.newest = null;
    /** @type {Answer | null} */
    this.current = null;
    this.next = NaN; // the quantum that sees what comes now
    this.dropped = 0;
    this.refused = 0;
    this.listen(this.port);
  }

  /** Samples, or groups of them, that a time needs; rounded up. */
  samplesIn(timeMs, unit) {
    return Math.ceil(((timeMs * sampleRate) / 1000 - ROUNDING_SAMPLES) / unit);
  }

  setStart(startMs) {
    const isHold = this.rules.start === "hold";
    this.startMs = startMs;
    this.prefill = isHold ? 1 : Math.max(1, this.samplesIn(startMs, 1));
    this.hold = isHold ? this.samplesIn(startMs, QUANTUM_SAMPLES) : 0;
  }

  listen(port) {
    port.onmessage = ({ data }) => {
      if (data.type === "audio") this.receive(data.response, data.samples);
      else if (data.type === "done") this.complete(data.response);
      else if (data.type === "flush") this.flush(data.response, port);
      else if (data.type === "report") port.postMessage(this.report());
      else if (data.type === "connect") this.listen(data.port);
      if (data.ack !== undefined) port.postMessage({ type: "ack", ack: data.ack, quantum: this.next });
    };
  }

  /** @returns {Answer} */
  answerNamed(response) {
    const name = this.isOneQueue ? "" : response;
    let answer = this.answers.get(name);
    if (answer === undefined) {
      answer = {
        response: name,
        ...{ queued: 0, since: 0, playing: false, done: false, flushed: false, dry: false },
        ...{ played: 0, underruns: 0, silent: 0, pending: 0 },
      };
      this.answers.set(name, answer);
    }
    return answer;
  }

  complete(response) {
    this.answerNamed(response).done = true;
    this.completed = this.appended;
  }

  receive(response, samples) {
    const answer = this.answerNamed(response);
    const isLate = answer !== this.newest && answer.played + answer.queued > 0;
    if (answer.flushed || isLate) {
      this.refused += samples.length;
      return;
    }
    if (samples.length === 0) return;
    if (answer !== this.newest) this.leaveStuck();
    this.newest = answer;
    answer.done = false; // an answer of several items is done several times
    if (answer.dry) {
      answer.dry = false;
      if (this.rules.onUnderrun === "ratchet") this.ratchet();
    }
    if (answer.queued === 0) answer.since = this.next;

    let length = samples.length;
    const over = this.queued + length - this.maxQueue;
    if (over > 0 && this.rules.onOverflow === "drop_newest") {
      length = Math.max(0, length - over);
      this.dropped += samples.length - length;
    }
    if (length > 0) this.append(answer, samples, length);
    if (over > 0 && this.rules.onOverflow === "drop_oldest") {
      this.dropped += over;
      this.skip(over);
    }
  }

  /** Drop what is left of an answer that will never have enough to start again. */
  leaveStuck() {
    const before = this.newest;
    if (before === null || before.playing || this.rules.flushAtEnd) return;
    if (before.queued < this.prefill) {
      this.dropped += before.queued;
      this.keep(before, 0);
    }
  }

  ratchet() {
    const grown = Math.min(this.startMs + this.rules.ratchetMs, this.rules.ratchetToMs);
    if (grown > this.startMs) this.setStart(grown);
  }

  append(answer, samples, length) {
    if (this.filled === this.blocks.length) this.growRing();
    const slot = (this.head + this.filled) % this.blocks.length;
    this.blocks[slot] = samples;
    this.lengths[slot] = length;
    this.owners[slot] = answer;
    this.filled += 1;
    this.appended += 1;
    this.queued += length;
    answer.queued += length;
  }

  growRing() {
    const size = this.blocks.length;
    const order = Array.from({ length: size }, (_, i) => (this.head + i) % size);
    const rest = new Array(size).fill(null);
    this.blocks = order.map((slot) => this.blocks[slot]).concat(rest);
    this.owners = order.map((slot) => this.owners[slot]).concat(rest);
    const lengths = new Int32Array(2 * size);
    order.forEach((slot, i) => (lengths[i] = this.lengths[slot]));
    this.lengths = lengths;
    this.head = 0;
  }

  /** Let go of samples at the head of the queue. */
  skip(samples) {
    while (samples > 0 && this.filled > 0) {
      const run = Math.min(samples, this.lengths[this.head] - this.offset);
      this.advance(this.owners[this.head], run);
      samples -= run;
    }
  }

  /** Move on within the block at the head of the queue, and past it at its end. */
  advance(answer, samples) {
    answer.queued -= samples;
    this.queued -= samples;
    this.offset += samples;
    if (this.offset === this.lengths[this.head]) {
      this.blocks[this.head] = null;
      this.owners[this.head] = null;
      this.head = (this.head + 1) % this.blocks.length;
      this.filled -= 1;
      this.offset = 0;
    }
  }

  /** Stop one answer, or all; with a fade, what is playing fades out first. */
  flush(response, port) {
    const stopped =
      response === undefined ? [...this.answers.values()] : [this.answerNamed(response)];
    for (const answer of stopped) {
      if (answer.flushed) continue;
      answer.flushed = !this.isOneQueue;
      answer.done = true;
      this.keep(answer, answer.playing ? Math.min(this.fade, answer.queued) : 0);
      port.postMessage({
        type: "flushed",
        response: answer.response,
        playedSamples: answer.played,
      });
    }
  }

  /** Of an answer's blocks in the queue, keep only the first samples. */
  keep(answer, samples) {
    const { head, filled, offset } = this;
    const size = this.blocks.length;
    let kept = 0;
    for (let i = 0; i < filled; i += 1) {
      const from = (head + i) % size;
      const begin = i === 0 ? offset : 0;
      const owner = this.owners[from];
      const block = this.blocks[from];
      let length = this.lengths[from];
      this.blocks[from] = null;
      this.owners[from] = null;
      if (owner === answer) {
        const run = Math.min(samples, length - begin);
        const cut = length - begin - run;
        samples -= run;
        length -= cut;
        owner.queued -= cut;
        this.queued -= cut;
        if (run === 0) {
          if (i === 0) this.offset = 0;
          continue;
        }
      }
      const to = (head + kept) % size;
      this.blocks[to] = block;
      this.owners[to] = owner;
      this.lengths[to] = length;
      kept += 1;
    }
    this.filled = kept;
  }

  report() {
    const answers = [];
    for (const [name, answer] of this.answers) {
      const { response, played, underruns, silent, done, queued } = answer;
      const counted = { playedSamples: played, underruns, silentSamples: silent };
      answers.push({ response, ...counted, done });
      const isOver = done && queued === 0 && answer !== this.newest && answer !== this.current;
      if (isOver) this.answers.delete(name);
    }
    return {
      type: "report",
      queuedSamples: this.queued,
      droppedSamples: this.dropped,
      refusedSamples: this.refused,
      answers,
    };
  }

  process(_inputs, outputs) {
    const output = outputs[0][0];
    const quantum = Math.round(currentFrame / QUANTUM_SAMPLES);
    this.next = quantum + 1;
    let answer = this.current;
    if (this.filled > 0 && (answer === null || answer.queued === 0)) {
      answer = this.owners[this.head];
      this.current = answer;
    }
    if (answer === null) return true;

    if (Number.isNaN(answer.since)) answer.since = quantum;
    if (!answer.playing) {
      answer.playing = answer.queued > 0 && this.mayStart(answer, quantum);
    } else if (this.isOneQueue && answer.queued === 0) {
      answer.playing = false;
    }
    const played = answer.playing ? this.play(answer, output) : 0;
    if (played < output.length) {
      if (answer.played > 0) answer.pending += output.length - played;
      answer.dry = answer.dry || answer.playing;
      if (this.startsAgain) answer.playing = false;
    }
    return true;
  }

  /** Whether an answer that has something to play has waited enough. */
  mayStart(answer, quantum) {
    const isDone = this.isOneQueue ? this.appended - this.filled < this.completed : answer.done;
    if (this.rules.flushAtEnd && isDone) return true;
    if (answer.queued < this.prefill) return false;
    return quantum >= answer.since + this.hold;
  }

  /** Copy as much of an answer as fits into a quantum; say how much that was. */
  play(answer, output) {
    const samples = Math.min(output.length, answer.queued);
    if (samples > 0 && answer.pending > 0) {
      answer.underruns += 1;
      answer.silent += answer.pending;
      answer.pending = 0;
    }
    let at = 0;
    while (at < samples) {
      const block = this.blocks[this.head];
      const run = Math.min(samples - at, this.lengths[this.head] - this.offset);
      for (let i = 0; i < run; i += 1) {
        output[at + i] = block[this.offset + i] * FULL_SCALE;
      }
      if (this.fade > 0) this.shape(output, at, run, answer.queued);
      this.advance(answer, run);
      at += run;
    }
    if (samples < output.length) this.gain = 0;
    answer.played += samples;
    return samples;
  }

  /** Fade in after a silence, and out towards the end of what is there. */
  shape(output, at, run, queued) {
    for (let i = 0; i < run; i += 1) {
      this.gain = Math.min(1, this.gain + 1 / this.fade, (queued - i) / this.fade);
      output[at + i] *= this.gain;
    }
  }
}

registerProcessor("voicelab-player", Player);
