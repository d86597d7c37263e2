/**
 * The microphone's widget: what is asked, heard, kept and sent.
 *
 * One of these lives for each widget of the kernel, however often it is shown;
 * when nobody looks at it any more it lets go of the device.
 */

import { Delivery } from "./delivery.js";
import { Device, microphones } from "./device.js";
import { Line } from "./line.js";
import { Live } from "./live.js";
import { MicrophoneView } from "./microphone-view.js";
import { standing, standingAfter, watchStanding, WORDS } from "./permission.js";
import { widgetOf } from "./page.js";
import { RATE_HZ, Take } from "./take.js";

const FOLLOWED = {
  _nodes: "filter",
  _asked: "reopen",
  muted: "mute",
  hold_to_talk: "setLive",
  chunk_ms: "setLive",
  pre_roll_ms: "setLive",
  wants_chunks: "setLive",
  offers_takes: "draw",
  error: "draw",
};

class MicrophoneWidget {
  constructor(model) {
    this.model = model;
    this.state = "asleep";
    this.device = null;
    this.devices = [];
    this.chosen = "";
    this.heard = 0; // samples, since the page first listened
    this.heardAt = NaN; // when the last of them came, on the page's clock
    this.take = null;
    this.waiting = 0; // takes on their way
    this.shown = new Set();
    this.line = new Line(model, () => this.draw());
    this.delivery = new Delivery(this.line, (waiting) => {
      this.waiting = waiting;
      this.watchLine();
      this.draw();
    });
    this.live = new Live(this.line);
    this.setLive();
    for (const [name, method] of Object.entries(FOLLOWED)) {
      model.on(`change:${name}`, () => this[method]());
    }
    model.on("msg:custom", (message) => this.receive(message));
    this.line.send({ type: "hello" });
    this.unwatch = () => {};
  }

  /** Show it once more; returns what takes that view away. */
  show(el) {
    const view = new MicrophoneView(this, el);
    this.shown.add(view);
    if (this.shown.size === 1) {
      this.unwatch();
      this.unwatch = watchStanding(() => this.look());
      this.look();
    }
    view.draw();
    return () => {
      this.shown.delete(view);
      view.end();
    };
  }

  /** See how things stand, without asking for anything. */
  async look() {
    this.devices = await microphones();
    if (this.device === null && this.state !== "ended") this.enter(await standing());
    else this.draw();
  }

  /** What the page is at, in words. */
  get words() {
    const { isOpen, byButton } = this.live;
    if (this.state !== "listening" || !isOpen) return WORDS[this.state];
    return byButton
      ? "Listening. What you say is sent while you hold the button, with the moment before it."
      : "Listening, live: what you say is sent as you speak.";
  }

  enter(state) {
    this.state = state;
    this.model.set("state", state);
    this.model.set("said", this.words);
    this.model.save_changes();
    this.draw();
  }

  /** Open the device; only ever called on a click. */
  async open() {
    if (this.device !== null || this.isOpening) return;
    this.isOpening = true;
    this.clickedAt = performance.now();
    this.firstMs = null; // from the click to the first sound
    try {
      const device = await Device.open({
        asked: this.model.get("_asked"),
        filters: this.model.get("_nodes"),
        id: this.chosen,
        hear: (block) => this.hear(block),
        end: () => this.lose(),
      });
      if (this.shown.size === 0) {
        device.close(); // nobody looks any more
        return;
      }
      this.device = device;
      this.mute();
      this.model.set("_got", await device.settings());
      this.watchLine();
      this.enter("listening");
      this.devices = await microphones(); // now they have names
      this.draw();
    } catch (error) {
      this.enter(await standingAfter(error));
    } finally {
      this.isOpening = false;
    }
  }

  /** Let go of the device; a take that runs is delivered. */
  close() {
    if (this.take !== null) this.endTake();
    this.live.stop();
    this.device?.close();
    this.device = null;
    this.watchLine();
  }

  /** Stop, because somebody said so. */
  async stop() {
    this.close();
    this.enter(await standing());
  }

  /** Stop, because the device went away. */
  lose() {
    this.close();
    this.enter("ended");
  }

  /** Open the same device with other settings. */
  async reopen() {
    this.draw();
    if (this.device === null || this.take !== null) return;
    this.close();
    await this.open();
  }

  choose(id) {
    this.chosen = id;
    return this.reopen();
  }

  ask(setting, wanted) {
    this.model.set("_asked", { ...this.model.get("_asked"), [setting]: wanted });
    this.model.save_changes();
  }

  setMuted(muted) {
    this.model.set("muted", muted);
    this.model.save_changes();
  }

  mute() {
    if (this.device !== null) this.device.isMuted = this.model.get("muted");
    this.draw();
  }

  filter() {
    this.device?.filterBy(this.model.get("_nodes"));
  }

  setLive() {
    this.live.chunk = (this.model.get("chunk_ms") * RATE_HZ) / 1000;
    this.live.preRoll = (this.model.get("pre_roll_ms") * RATE_HZ) / 1000;
    this.live.byButton = this.model.get("hold_to_talk");
    this.live.isOpen = this.model.get("wants_chunks");
    this.draw();
  }

  press(isPressed) {
    if (isPressed) this.live.press();
    else this.live.letGo();
    this.draw();
  }

  /** Take a block from the device. */
  hear(block) {
    this.firstMs ??= performance.now() - this.clickedAt;
    const first = this.heard;
    this.heard += block.length;
    this.heardAt = performance.now();
    this.live.hear(block, first);
    if (this.take === null) return;
    this.take.hear(block);
    for (const view of this.shown) view.drawTake();
    if (this.take.isFull) this.endTake();
  }

  /** When a place in the sound was heard, on the page's clock. */
  heardPlaceAt(place) {
    return this.heardAt - (1000 * (this.heard - place)) / RATE_HZ;
  }

  /** Begin a take; the device is opened first where it is not. */
  async record() {
    await this.open();
    if (this.device === null || this.take !== null) return;
    this.take = new Take(this.model, this.device);
    this.enter("recording");
  }

  endTake() {
    const { take } = this;
    this.take = null;
    take.end();
    const capture = { ...this.model.get("_got"), lost_ms: take.lostMs };
    const about = { name: take.name, capture };
    if (take.samples > 0) this.delivery.add(take.blocks, about);
    if (this.device !== null) this.enter("listening");
  }

  /** Ask whether the kernel is there as long as anything depends on it. */
  watchLine() {
    if (this.device !== null || this.waiting > 0) this.line.watch();
    else this.line.unwatch();
  }

  receive(message) {
    if (message.type === "pong") this.line.answered();
    else if (message.type === "take") this.delivery.answered(message);
    else if (message.type === "stop") this.stop();
  }

  draw() {
    for (const view of this.shown ?? []) view.draw();
  }

  /** Nobody looks at it any more. */
  sleep() {
    this.unwatch();
    this.unwatch = () => {};
    if (this.device !== null) this.close();
    this.enter("asleep");
  }

  /** The kernel has let go of it. */
  end() {
    this.unwatch();
    this.close();
    this.delivery.stop();
    this.line.close();
  }
}

export default widgetOf(MicrophoneWidget);
