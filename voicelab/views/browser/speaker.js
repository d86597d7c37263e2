/**
 * The speaker's widget: answers from the kernel into the exported player's worklet.
 *
 * The worklet is the file that the export writes, unchanged.  What it could
 * read, and when, goes back to the kernel with its counters, so that a model
 * can replay what happened here.
 */

import { Line } from "./line.js";
import { element, widgetOf } from "./page.js";

const REPORT_MS = 100;
const QUANTUM_SAMPLES = 128;
const WORDS = {
  asleep: "",
  "needs a click":
    "Browsers start no sound in a page before somebody has clicked in it. Press “let it speak”: " +
    "what has come until then is played.",
  ready: "Ready. Nothing is playing.",
  playing: "Playing.",
  failed: "This page cannot play: it has no AudioWorklet. Open JupyterLab through https or localhost.",
};

class SpeakerWidget {
  constructor(model) {
    this.model = model;
    this.state = "asleep";
    this.line = new Line(model, () => {});
    this.context = null;
    this.node = null;
    this.isIdle = true; // whether all was played when the worklet last reported
    this.response = "";
    this.log = []; // what the worklet was handed,
    this.acknowledged = []; // and what of it it could read, and when
    this.report = { queuedSamples: 0, droppedSamples: 0, answers: [] };
    this.totals = new Map(); // counters of every answer
    this.shown = new Set();
    model.on("change:_rules", () => this.draw());
    model.on("msg:custom", (message, buffers) => this.receive(message, buffers));
    this.line.send({ type: "hello" });
  }

  show(el) {
    const view = new SpeakerView(this, el);
    this.shown.add(view);
    this.wake();
    return () => this.shown.delete(view);
  }

  enter(state) {
    if (this.state !== state) {
      this.state = state;
      this.model.set("state", state);
      this.model.set("said", WORDS[state]);
      this.model.save_changes();
    }
    this.draw();
  }

  /** Make the context and the worklet, or wait for those that are being made. */
  wake() {
    this.waking ??= this.open().catch(() => this.enter("failed"));
    return this.waking;
  }

  async open() {
    const rules = this.model.get("_rules");
    this.context = new AudioContext({ sampleRate: rules.rateHz, latencyHint: "interactive" });
    const address = new URL("./player-worklet.js", import.meta.url);
    await this.context.audioWorklet.addModule(address);
    URL.revokeObjectURL(address);
    this.play();
    this.context.onstatechange = () => this.look();
    this.context.resume();
    this.look();
  }

  /** Play by the rules of now: a node of its own, which takes over from the one before. */
  play() {
    this.node?.disconnect();
    this.rules = this.model.get("_rules");
    this.node = new AudioWorkletNode(this.context, "voicelab-player", {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: this.rules,
    });
    this.node.port.onmessage = ({ data }) => this.hear(data);
    this.node.connect(this.context.destination);
    this.isIdle = true;
  }

  look() {
    if (this.context?.state === "suspended") this.enter("needs a click");
    else if (this.context?.state === "running") this.enter(this.isIdle ? "ready" : "playing");
  }

  /** What came before the worklet was there waits for it. */
  async receive(message, buffers) {
    if (this.shown.size === 0) return;
    if (this.node === null) await this.wake();
    if (this.node === null) return;
    if (message.type === "audio") this.feed(message.response, buffers[0]);
    else if (message.type === "done") this.tell({ type: "done", response: message.response }, 0);
    else if (message.type === "flush") this.node.port.postMessage(message);
  }

  feed(response, view) {
    if (response !== this.response) {
      if (this.response !== "") this.tell({ type: "done", response: this.response }, 0);
      if (this.isIdle && this.rules !== this.model.get("_rules")) this.change();
      this.response = response;
    }
    const samples = new Int16Array(
      view.buffer.slice(view.byteOffset, view.byteOffset + (view.byteLength & ~1)),
    );
    this.isIdle = false;
    this.tell({ type: "audio", response, samples }, samples.length, [samples.buffer]);
    this.timer ??= setInterval(() => this.node?.port.postMessage({ type: "report" }), REPORT_MS);
    this.look();
  }

  /** Follow other rules from here on. */
  change() {
    const { rateHz } = this.model.get("_rules");
    if (rateHz === this.rules.rateHz) this.play();
  }

  /** Hand the worklet a message that it acknowledges. */
  tell(message, samples, transfer = []) {
    this.node.port.postMessage({ ...message, ack: this.log.length }, transfer);
    this.log.push([message.response, samples]);
  }

  hear(message) {
    if (message.type === "ack") {
      const quantum = Number.isNaN(message.quantum) ? 0 : message.quantum;
      const atMs = (1000 * quantum * QUANTUM_SAMPLES) / this.context.sampleRate;
      this.acknowledged.push([...this.log[message.ack], atMs]);
    } else if (message.type === "flushed") {
      this.node?.port.postMessage({ type: "report" });
    } else if (message.type === "report") {
      this.note(message);
    }
  }

  note(report) {
    this.report = report;
    for (const each of report.answers) this.totals.set(each.response, each);
    this.isIdle = report.queuedSamples === 0;
    this.line.send({
      type: "report",
      dropped: report.droppedSamples,
      refused: report.refusedSamples,
      answers: report.answers,
      log: this.acknowledged.splice(0),
    });
    if (this.isIdle) {
      clearInterval(this.timer);
      this.timer = null;
    }
    this.look();
  }

  draw() {
    for (const view of this.shown) view.draw();
  }

  sleep() {
    clearInterval(this.timer);
    this.timer = null;
    this.node?.disconnect();
    this.node = null;
    this.waking = undefined;
    if (this.context !== null && this.context.state !== "closed") this.context.close();
    this.context = null;
    this.enter("asleep");
  }

  end() {
    this.sleep();
    this.line.close();
  }
}

class SpeakerView {
  constructor(speaker, el) {
    this.speaker = speaker;
    this.light = element("span", { className: "voicelab-light", ariaHidden: "true" });
    this.title = element("b");
    this.words = element("p", { className: "voicelab-words", role: "status" });
    this.wake = element("button", { onclick: () => speaker.context?.resume() }, "let it speak");
    this.counters = element("span", { className: "voicelab-counters" });
    this.rules = element("span", { className: "voicelab-small" });
    el.classList.add("voicelab");
    el.append(
      element("div", { className: "voicelab-row" }, this.light, this.title, this.counters),
      this.words,
      element("div", { className: "voicelab-row" }, this.wake, this.rules),
    );
  }

  draw() {
    const { speaker } = this;
    this.light.dataset.state = speaker.state === "playing" ? "listening" : "off";
    this.title.textContent = `loudspeaker: ${speaker.state}`;
    this.words.textContent = WORDS[speaker.state];
    this.wake.hidden = speaker.state !== "needs a click";
    this.counters.textContent = this.counted();
    this.rules.textContent = this.ruled();
  }

  counted() {
    const { report, totals, rules } = this.speaker;
    const rate = rules?.rateHz ?? 24000;
    let [played, underruns, silent] = [0, 0, 0];
    for (const each of totals.values()) {
      played += each.playedSamples;
      underruns += each.underruns;
      silent += each.silentSamples;
    }
    const ms = (samples) => ((1000 * samples) / rate).toFixed(0);
    const times = underruns === 1 ? "1 underrun" : `${underruns} underruns`;
    return (
      `${(played / rate).toFixed(1)} s played, ${ms(report.queuedSamples)} ms waiting, ` +
      `${times} (${ms(silent)} ms of silence)`
    );
  }

  ruled() {
    const { rules } = this.speaker;
    if (rules === undefined) return "";
    const wanted = this.speaker.model.get("_rules");
    const said = (each) =>
      `${each.start} ${Math.round(each.startMs)} ms, ${each.onUnderrun.replace("_", " ")}`;
    const next = rules === wanted ? "" : `; from the next answer on: ${said(wanted)}`;
    return `${said(rules)}, ${rules.rateHz} Hz${next}`;
  }
}

export default widgetOf(SpeakerWidget);
