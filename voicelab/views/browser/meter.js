/**
 * The meter: level and turns over the last seconds, waveform and spectrum of now.
 *
 * It draws once a frame, and only while its microphone listens.  Time runs in
 * places in the sound, so what the kernel says later lands where it belongs.
 */

import { element, residents, widgetOf } from "./page.js";
import { drawFrames, drawHistory, drawSpectrum, drawWaveform } from "./meter-picture.js";

const RATE_HZ = 24000;
const SHOWN_S = 10;
const TOLD_EVERY_MS = 2000;

class MeterWidget {
  constructor(model) {
    this.model = model;
    this.shown = new Set();
    this.levels = []; // [place, dBFS]
    this.activity = []; // [place, value]
    this.turns = new Map(); // by place of their begin, that of their end
    this.frames = [];
    this.delayMs = null;
    this.toldAt = 0;
    this.frame = null;
    model.on("msg:custom", (message) => this.receive(message));
    model.send({ type: "hello" });
  }

  get microphone() {
    return residents.get(this.model.get("_source"));
  }

  show(el) {
    const view = new MeterView(this, el);
    this.shown.add(view);
    this.frame ??= requestAnimationFrame(() => this.draw());
    return () => this.shown.delete(view);
  }

  draw() {
    this.frame = requestAnimationFrame(() => this.draw());
    const { microphone } = this;
    const analyser = microphone?.device?.analyser;
    if (analyser === undefined) {
      this.frames = [];
      for (const view of this.shown) view.rest();
      return;
    }
    const now = performance.now();
    this.frames.push(now);
    while (this.frames[0] < now - 1000) this.frames.shift();
    this.wave ??= new Float32Array(analyser.fftSize);
    this.spectrum ??= new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatTimeDomainData(this.wave);
    analyser.getFloatFrequencyData(this.spectrum);
    this.place = microphone.heard;
    this.level = dbfs(this.wave);
    this.levels.push([this.place, this.level]);
    this.forget(this.place - SHOWN_S * RATE_HZ);
    for (const view of this.shown) view.draw(analyser.context.sampleRate);
    if (now - this.toldAt > TOLD_EVERY_MS) this.tell(now);
  }

  /** Let go of what has left the picture. */
  forget(place) {
    while (this.levels.length > 0 && this.levels[0][0] < place) this.levels.shift();
    while (this.activity.length > 0 && this.activity[0][0] < place) this.activity.shift();
    for (const [first, last] of this.turns) {
      if (last !== null && last < place) this.turns.delete(first);
    }
  }

  tell(now) {
    this.toldAt = now;
    this.model.set("frames_per_s", this.frames.length);
    this.model.set("delay_ms", this.delayMs);
    this.model.save_changes();
  }

  receive(message) {
    let heard;
    if (message.type === "activity") {
      const { first, hop, values } = message;
      values.forEach((value, index) => this.activity.push([first + (index + 1) * hop, value]));
      heard = first + values.length * hop;
    } else if (message.type === "turn") {
      this.turns.set(message.first, message.last);
      heard = message.last ?? message.first;
    }
    const at = heard === undefined ? undefined : this.microphone?.heardPlaceAt(heard);
    if (at !== undefined) this.delayMs = performance.now() - at;
  }

  sleep() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
  }

  end() {
    this.sleep();
  }
}

class MeterView {
  constructor(meter, el) {
    this.meter = meter;
    this.canvas = element("canvas", { ariaLabel: "level, waveform and spectrum", role: "img" });
    this.words = element("p", { className: "voicelab-small" });
    el.classList.add("voicelab");
    el.append(this.canvas, this.words);
    this.restedAt = null; // how wide it was when it was drawn at rest
  }

  /** A canvas as large as it is shown, cleared; its size in CSS pixels. */
  prepare() {
    const { canvas } = this;
    const scale = window.devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * scale)) canvas.width = Math.round(width * scale);
    if (canvas.height !== Math.round(height * scale)) canvas.height = Math.round(height * scale);
    const pen = canvas.getContext("2d");
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.ink ??= getComputedStyle(canvas).color;
    return { pen, width, height, ink: this.ink };
  }

  draw(rateHz) {
    const { meter } = this;
    this.restedAt = null;
    const { pen, width, height, ink } = this.prepare();
    const [above, left, right] = boxes(width, height);
    const threshold = meter.model.get("threshold");
    const span = { last: meter.place, samples: SHOWN_S * RATE_HZ };
    drawHistory({ pen, ink, box: above, span, threshold, ...meter });
    drawWaveform({ pen, ink, box: left, wave: meter.wave });
    drawSpectrum({ pen, ink, box: right, spectrum: meter.spectrum, rateHz });
    const behind =
      meter.delayMs === null ? "" : `; activity and turns ${Math.round(meter.delayMs)} ms behind`;
    this.words.textContent =
      `${meter.level.toFixed(0)} dBFS, ${meter.frames.length} frames/s${behind}`;
  }

  /** The microphone is off. */
  rest() {
    if (this.restedAt === this.canvas.clientWidth) return;
    this.restedAt = this.canvas.clientWidth;
    const { pen, width, height, ink } = this.prepare();
    drawFrames({ pen, ink, boxes: boxes(width, height) });
    this.words.textContent = "The meter moves when the microphone listens.";
  }
}

/** Where the pictures stand: one above, two below. */
function boxes(width, height) {
  const half = Math.round(height * 0.55);
  const middle = Math.round(width / 2);
  const rest = height - half - 4;
  return [
    [0, 0, width, half - 4],
    [0, half + 4, middle - 8, rest],
    [middle + 8, half + 4, width - middle - 8, rest],
  ];
}

function dbfs(wave) {
  let sum = 0;
  for (const sample of wave) sum += sample * sample;
  return Math.max(-120, 10 * Math.log10(sum / wave.length + 1e-12));
}

export default widgetOf(MeterWidget);
