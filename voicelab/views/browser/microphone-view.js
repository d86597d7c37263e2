/**
 * How a microphone looks: a light, what it is at in words, and its buttons.
 */

import { element } from "./page.js";

const SWITCHES = {
  echo_cancellation: "echo cancellation",
  noise_suppression: "noise suppression",
  auto_gain: "auto gain",
};
const TALK_KEYS = new Set([" ", "Enter"]);
const HOPELESS = new Set(["insecure page", "frame without permission"]);
const SILENT = new Set([...HOPELESS, "denied", "no device"]); // there is nothing to record

export class MicrophoneView {
  constructor(microphone, el) {
    this.microphone = microphone;
    this.light = element("span", { className: "voicelab-light", ariaHidden: "true" });
    this.title = element("b");
    this.words = element("p", { className: "voicelab-words", role: "status" });
    // The one takes the other's place, so that no button comes to lie under a resting hand.
    const className = "voicelab-first";
    this.use = element("button", { className, onclick: () => microphone.open() }, "use microphone");
    this.stop = element("button", { className, onclick: () => microphone.stop() }, "stop");
    this.record = element("button", { onclick: () => this.toggleTake() });
    this.mute = element("button", {
      onclick: () => microphone.setMuted(!microphone.model.get("muted")),
    });
    this.talk = this.talkButton();
    this.device = element("select", {
      ariaLabel: "microphone",
      onchange: () => microphone.choose(this.device.value),
    });
    this.switches = Object.entries(SWITCHES).map(([name, words]) => this.processing(name, words));
    this.got = element("span", { className: "voicelab-small" });
    this.prompt = element("div", { className: "voicelab-prompt" });
    this.time = element("div", { className: "voicelab-time" });
    this.kernel = element("p", { className: "voicelab-kernel", role: "status" });
    this.error = element("p", { className: "voicelab-error", role: "alert" });
    this.settings = element(
      "div",
      { className: "voicelab-row" },
      ...[this.device, ...this.switches, this.got],
    );
    el.classList.add("voicelab");
    el.append(
      element("div", { className: "voicelab-row" }, this.light, this.title),
      this.words,
      this.buttons(),
      this.settings,
      this.prompt,
      this.time,
      this.kernel,
      this.error,
    );
  }

  buttons() {
    return element(
      "div",
      { className: "voicelab-row" },
      ...[this.use, this.stop, this.record, this.talk, this.mute],
    );
  }

  talkButton() {
    const { microphone } = this;
    const press = (isPressed) => (event) => {
      event.preventDefault();
      microphone.press(isPressed);
    };
    const byKey = (isPressed) => (event) => {
      if (TALK_KEYS.has(event.key) && !event.repeat) press(isPressed)(event);
      else if (TALK_KEYS.has(event.key)) event.preventDefault();
    };
    const letGo = () => microphone.press(false);
    return element(
      "button",
      {
        className: "voicelab-talk",
        title: "Hold it, or hold the space bar while it has the focus",
        onpointerdown: (event) => {
          this.talk.focus();
          this.talk.setPointerCapture(event.pointerId);
          press(true)(event);
        },
        onpointerup: press(false),
        onpointercancel: letGo,
        onkeydown: byKey(true),
        onkeyup: byKey(false),
        onblur: letGo, // whoever goes to another window lets go
      },
      "hold to talk",
    );
  }

  processing(name, words) {
    const box = element("input", {
      type: "checkbox",
      name,
      onchange: () => this.microphone.ask(name, box.checked),
    });
    return element("label", {}, box, ` ${words}`);
  }

  toggleTake() {
    if (this.microphone.take === null) this.microphone.record();
    else this.microphone.endTake();
  }

  draw() {
    const { microphone } = this;
    const { model, state, live } = microphone;
    const isOpen = microphone.device !== null;
    const isMuted = model.get("muted");
    const isTalking = live.byButton && live.isHeld;
    this.light.dataset.state = state === "recording" ? state : isOpen && !isMuted ? "listening" : "off";
    this.title.textContent = isOpen && isMuted ? `${state}, muted` : state === "prompt" ? "not asked yet" : state;
    this.words.textContent = microphone.words;
    const isHopeless = HOPELESS.has(state);
    this.use.hidden = isOpen || isHopeless;
    this.settings.hidden = isHopeless;
    this.stop.hidden = !isOpen;
    this.record.hidden = !model.get("offers_takes") || (!isOpen && SILENT.has(state));
    this.record.textContent = microphone.take === null ? "record" : "end the recording";
    this.mute.hidden = !isOpen;
    this.mute.textContent = isMuted ? "unmute" : "mute";
    this.mute.ariaPressed = String(isMuted);
    this.talk.hidden = !isOpen || !live.byButton;
    this.talk.textContent = isTalking ? "talking: let go to end" : "hold to talk";
    this.talk.ariaPressed = String(isTalking);
    this.drawDevices();
    this.drawProcessing(isOpen);
    this.drawTake();
    this.drawKernel();
    this.error.textContent = model.get("error");
  }

  drawDevices() {
    const { devices, chosen, take } = this.microphone;
    this.device.hidden = devices.length === 0;
    this.device.disabled = take !== null;
    const options = [{ deviceId: "", label: "the browser's choice" }, ...devices];
    this.device.replaceChildren(
      ...options.map(({ deviceId, label }, index) =>
        element("option", { value: deviceId }, label || `microphone ${index}`),
      ),
    );
    this.device.value = chosen;
  }

  drawProcessing(isOpen) {
    const asked = this.microphone.model.get("_asked");
    const got = this.microphone.model.get("_got");
    for (const label of this.switches) {
      const box = label.querySelector("input");
      box.checked = asked[box.name];
      box.disabled = this.microphone.take !== null;
    }
    const other = Object.keys(SWITCHES).filter(
      (name) => got[name] !== undefined && got[name] !== asked[name],
    );
    const refused = other.map((name) => `${SWITCHES[name]} is ${got[name] ? "on" : "off"} anyway`);
    this.got.textContent = isOpen ? [`${got.rate_hz} Hz`, ...refused].join(", ") : "";
  }

  drawTake() {
    const { take } = this.microphone;
    write(this.prompt, take?.prompt ?? "");
    write(this.time, take === null ? "" : timeOf(take));
  }

  drawKernel() {
    const { line, waiting } = this.microphone;
    const said = [];
    if (line.busyMs > 0) {
      const seconds = Math.floor(line.busyMs / 1000);
      said.push(`The kernel is busy, for ${seconds} s now. What you say is kept and sent: nothing is lost.`);
    }
    if (waiting > 0) {
      said.push(`${waiting === 1 ? "One take is" : `${waiting} takes are`} on the way to the kernel.`);
    }
    this.kernel.textContent = said.join(" ");
  }

  end() {
    this.microphone.press(false);
  }
}

/** Only what is new: blocks come a hundred times a second. */
function write(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function timeOf(take) {
  return Number.isFinite(take.left)
    ? `${Math.ceil(take.left)} s left`
    : `${Math.floor(take.seconds)} s`;
}
