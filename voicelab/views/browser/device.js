/**
 * An open microphone: the device, the filters behind it, and the worklet that
 * hands over its sound at 24 kHz.
 *
 * The context runs at the device's own rate where the browser tells it; where
 * it will not have that, at its own, and the browser resamples in between.
 */

/** What the browser is asked for, by the kernel's names. */
const CONSTRAINTS = {
  echo_cancellation: "echoCancellation",
  noise_suppression: "noiseSuppression",
  auto_gain: "autoGainControl",
};
const GLIDE_S = 0.02; // a filter that only moves is moved without a click

export class Device {
  /**
   * Open a device; call it from a click.
   *
   * @param {object} asked  whether to cancel echo, suppress noise, move the gain
   * @param {object[]} filters  settings of BiquadFilterNodes
   * @param {string} id  of the device; empty takes the browser's choice
   * @param {(samples: Int16Array) => void} hear  called with each block
   * @param {() => void} end  called when the device goes away
   */
  static async open({ asked, filters, id, hear, end }) {
    const stream = await askFor(asked, id);
    const device = new Device(stream);
    try {
      await device.start(filters, hear, end);
    } catch (error) {
      device.close();
      throw error;
    }
    return device;
  }

  constructor(stream) {
    this.stream = stream;
    [this.track] = stream.getAudioTracks();
    this.filters = [];
    this.holes = 0;
  }

  async start(filters, hear, end) {
    this.openContext();
    this.analyser = new AnalyserNode(this.context, { fftSize: 2048, smoothingTimeConstant: 0.5 });
    const address = new URL("./capture-worklet.js", import.meta.url);
    await this.context.audioWorklet.addModule(address);
    URL.revokeObjectURL(address);
    this.worklet = new AudioWorkletNode(this.context, "voicelab-capture", {
      channelCount: 1,
      channelCountMode: "explicit",
      outputChannelCount: [1],
    });
    this.worklet.port.onmessage = ({ data }) => {
      this.holes = data.holes;
      hear(data.samples);
    };
    this.worklet.connect(this.context.destination); // silent; what leads nowhere may not be run
    this.filterBy(filters);
    this.track.addEventListener("ended", end);
    await this.context.resume();
  }

  openContext() {
    const rate = this.track.getSettings().sampleRate;
    try {
      this.context = new AudioContext(rate === undefined ? {} : { sampleRate: rate });
      this.source = this.context.createMediaStreamSource(this.stream);
    } catch (error) {
      if (error.name !== "NotSupportedError") throw error;
      this.context?.close();
      this.context = new AudioContext();
      this.source = this.context.createMediaStreamSource(this.stream);
    }
  }

  /** Put filters behind the device; where only their values differ, move them. */
  filterBy(settings) {
    const same =
      this.filters.length === settings.length &&
      this.filters.every((node, index) => node.type === settings[index].type);
    if (same && settings.length > 0) {
      this.filters.forEach((node, index) => this.move(node, settings[index]));
      return;
    }
    const before = [this.source, ...this.filters];
    this.filters = settings.map((each) => new BiquadFilterNode(this.context, each));
    before.forEach((node) => node.disconnect());
    const last = this.filters.reduce((node, next) => node.connect(next), this.source);
    last.connect(this.worklet);
    last.connect(this.analyser);
  }

  move(node, settings) {
    for (const name of ["frequency", "Q", "gain"]) {
      if (name in settings) {
        node[name].setTargetAtTime(settings[name], this.context.currentTime, GLIDE_S);
      }
    }
  }

  /** What the browser says that it does, by the kernel's names; never the device's own name. */
  async settings() {
    const told = this.track.getSettings();
    const got = { rate_hz: told.sampleRate ?? this.context.sampleRate };
    for (const [name, constraint] of Object.entries(CONSTRAINTS)) {
      // Newer browsers name the kind of echo cancellation instead of saying yes.
      if (told[constraint] !== undefined) got[name] = told[constraint] !== false;
    }
    if (this.track.label !== "") {
      got.device_sha256 = await sha256(new TextEncoder().encode(this.track.label));
    }
    return got;
  }

  /**
   * How much sound the browser has lost so far, in milliseconds: frames that the device did not
   * deliver, time in which the page was too slow for its own sound, and holes.
   */
  get lostMs() {
    const delivered = this.track.stats;
    const rendered = this.context.playbackStats;
    const dropped = (delivered?.totalFramesDuration ?? 0) - (delivered?.deliveredFramesDuration ?? 0);
    return dropped + 1000 * ((rendered?.underrunDuration ?? 0) + this.holes);
  }

  set isMuted(muted) {
    this.track.enabled = !muted;
  }

  close() {
    for (const track of this.stream.getTracks()) track.stop();
    this.worklet?.port.postMessage("close");
    if (this.worklet !== undefined) this.worklet.port.onmessage = null;
    if (this.context !== undefined && this.context.state !== "closed") this.context.close();
  }
}

/** The microphones that the page may know of; without permission they have no names. */
export async function microphones() {
  const devices = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
  return devices.filter((device) => device.kind === "audioinput" && device.deviceId !== "");
}

/** A fingerprint as 64 hexadecimal digits. */
export async function sha256(octets) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", octets));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

async function askFor(asked, id) {
  const audio = {};
  for (const [name, constraint] of Object.entries(CONSTRAINTS)) {
    audio[constraint] = asked[name] ?? true;
  }
  if (id === "") return navigator.mediaDevices.getUserMedia({ audio });
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { ...audio, deviceId: { exact: id } },
    });
  } catch (error) {
    if (error.name !== "OverconstrainedError") throw error;
    return navigator.mediaDevices.getUserMedia({ audio }); // the one that was chosen is gone
  }
}
