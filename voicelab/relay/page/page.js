/**
 * The smallest page that talks through the relay: a start for one of your own.
 *
 * The player (player.js) and the microphone's filter (capture.js) are the ones
 * that `voicelab export --to worklet` writes; session.json holds the
 * session.update of the same config.  No key is here, and none is needed.
 */

import { filtered } from "./capture.js";
import { openPlayer, RATE_HZ } from "./player.js";

const CHUNK_MS = 50;
const REPORT_MS = 250;
const SOCKET = "/api/voice";
const BLOCKED = "The microphone is blocked: allow it for this page in the browser's settings.";

const element = (id) => document.getElementById(id);
const say = (state, sentence) => {
  element("state").dataset.state = state;
  element("state").textContent = sentence;
};
const count = (id) => (element(id).textContent = Number(element(id).textContent) + 1);

let call = null; // what is open now: player, microphone, timers

element("start").onclick = () => start();
element("stop").onclick = () => stop("Not connected. Your microphone is off.");
element("mute").onclick = () => {
  call.muted = !call.muted;
  element("mute").ariaPressed = String(call.muted);
  element("mute").textContent = call.muted ? "Unmute" : "Mute";
};
element("talk").onpointerdown = () => (call.muted = false);
element("talk").onpointerup = element("talk").onpointerleave = () => {
  if (call === null || call.muted) return;
  call.muted = true;
  call.player.send({ type: "input_audio_buffer.commit" });
  call.player.send({ type: "response.create" });
};

async function start() {
  element("start").disabled = true;
  element("error").hidden = true;
  say("connecting", "Asking for your microphone …");
  const mine = { muted: false, ready: false, answers: new Map() };
  call = mine;
  try {
    mine.update = await (await fetch("session.json")).json();
    const { turn_detection: flat, audio: nested } = mine.update.session;
    mine.byButton = !(flat ?? nested?.input?.turn_detection);
    mine.muted = mine.byButton;
    const audio = { echoCancellation: true, noiseSuppression: false, autoGainControl: false };
    mine.stream = await navigator.mediaDevices.getUserMedia({ audio });
    say("connecting", "Connecting …");
    mine.player = await openPlayer({ url: SOCKET, onEvent, onClose });
    await openMicrophone(mine);
    if (call === mine) show(true);
  } catch (error) {
    if (call !== mine) return; // it was closed meanwhile, and the page has said why
    stop("Not connected. Your microphone is off.");
    explain(error.name === "NotAllowedError" ? BLOCKED : error.message);
  }
}

async function openMicrophone({ player, stream }) {
  const { context } = player;
  await context.audioWorklet.addModule("./microphone-worklet.js");
  const source = context.createMediaStreamSource(stream);
  const processorOptions = { chunkSamples: (RATE_HZ * CHUNK_MS) / 1000 };
  const microphone = new AudioWorkletNode(context, "voicelab-microphone", {
    channelCount: 1,
    channelCountMode: "explicit",
    numberOfOutputs: 0,
    processorOptions,
  });
  filtered(source).connect(microphone);
  microphone.port.onmessage = ({ data }) => {
    if (call?.ready && !call.muted) {
      call.player.send({ type: "input_audio_buffer.append", audio: base64(data) });
    }
  };
}

function stop(sentence) {
  const ended = call;
  call = null;
  clearInterval(ended?.reporting);
  ended?.stream?.getTracks().forEach((track) => track.stop());
  ended?.player?.close();
  show(false);
  say("idle", sentence);
}

function show(isOpen) {
  element("start").hidden = isOpen;
  element("start").disabled = false;
  element("stop").hidden = !isOpen;
  element("mute").hidden = !isOpen || call.byButton;
  element("talk").hidden = !isOpen || !call.byButton;
}

function onClose({ code }) {
  const retryMs = call?.retryMs;
  if (call === null) return;
  stop(`The connection ended with ${code}.`);
  if (code === 1013 && retryMs !== undefined) {
    const seconds = Math.ceil(retryMs / 1000);
    say("waiting", `All lines are busy; trying again in ${seconds} s.`);
    setTimeout(() => call === null && start(), retryMs);
  }
}

function onEvent(event) {
  if (call === null) return;
  HANDLERS[event.type.replace("output_audio", "audio")]?.(event);
}

const HANDLERS = {
  "session.created": () => call.player.send(call.update),
  "session.updated": () => {
    call.ready = true;
    call.reporting ??= setInterval(report, REPORT_MS);
    element("counts").hidden = false;
    listening();
  },
  "relay.waiting": ({ place, wait_ms: waitMs }) => {
    const minutes = Math.max(1, Math.round(waitMs / 60000));
    say("waiting", `You are number ${place} in the queue; about ${minutes} min.`);
  },
  "relay.ready": () => {
    count("connections");
    call.isKept = true;
    for (const row of document.querySelectorAll(".kept")) row.hidden = false;
    if (call.ready) listening();
  },
  "relay.retrying": () => say("connecting", "The line dropped; go on, you are still heard …"),
  "relay.flush": ({ response_id: response }) => call.player.flush(response),
  "relay.turn_settled": ({ state }) => count(state.split(" ")[0]),
  "input_audio_buffer.speech_started": () => listening(),
  "response.created": () => say("answering", "Answering …"),
  "response.done": ({ response }) => {
    if (!call.isKept && response.status === "completed") count("answered");
    listening();
  },
  "conversation.item.input_audio_transcription.completed": ({ transcript }) => write("you", transcript),
  "response.audio_transcript.done": ({ transcript }) => write("agent", transcript),
  error: ({ error }) => {
    call.retryMs = error.retry_after_ms;
    explain(error.message);
  },
};

function listening() {
  element("error").hidden = true;
  say("listening", call.byButton ? "Ready. Hold the button while you speak." : "Listening.");
}

/** Count gaps, and tell a relay that resumes what was heard: what it restores depends on it. */
async function report() {
  const { answers } = await call.player.report();
  if (call === null) return;
  for (const { response, playedSamples, underruns } of answers) {
    const before = call.answers.get(response) ?? { playedSamples: 0, underruns: 0 };
    if (call.isKept && playedSamples > before.playedSamples) {
      const ms = (1000 * playedSamples) / RATE_HZ;
      call.player.send({ type: "relay.played", response_id: response, ms });
    }
    for (let n = before.underruns; n < underruns; n += 1) count("underruns");
    call.answers.set(response, { playedSamples, underruns });
  }
}

function write(who, words) {
  if (!words) return;
  const line = document.createElement("li");
  line.dataset.who = who;
  line.append(words);
  element("words").append(line);
  line.scrollIntoView({ block: "nearest" });
}

function explain(sentence) {
  element("error").textContent = sentence;
  element("error").hidden = false;
}

function base64(samples) {
  return btoa(String.fromCharCode(...new Uint8Array(samples.buffer)));
}
