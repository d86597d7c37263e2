/**
 * The socket, in a Worker: a page that is busy cannot hold up the audio.
 *
 * Audio deltas, of either dialect, go to the player's worklet as 16-bit blocks
 * without touching the page; every other event goes to the page.  An answer
 * stops at once when the user speaks or when the service has cancelled it.
 *
 * Messages to it from the page:
 *
 *   {type: "open", url, protocols?, port, log?}   port leads to the worklet; with `log`, the
 *                                                 page is told what the worklet got, and when
 *   {type: "send", event}                         an event for the service
 *   {type: "close", code?, reason?}
 *
 * Messages from it to the page:
 *
 *   {type: "open"} | {type: "event", event, recvMs} | {type: "close", code, reason, wasClean}
 *   {type: "audio" | "done", response, samples, recvMs, quantum}    only with `log`
 *
 * `recvMs` is on the clock of `performance.timeOrigin + performance.now()`.
 */

const AUDIO_DELTA = /^response\.(output_)?audio\.delta$/;
const AUDIO_DONE = /^response\.(output_)?audio\.done$/;

/** @type {WebSocket | null} */
let socket = null;
/** @type {MessagePort | null} */
let player = null;
let speaking = "";
/** @type {object[] | null} what was handed to the worklet, where one wants to know */
let log = null;

self.onmessage = ({ data }) => {
  if (data.type === "open") open(data);
  else if (data.type === "send") socket?.send(JSON.stringify(data.event));
  else if (data.type === "close") socket?.close(data.code ?? 1000, data.reason ?? "");
};

function open({ url, protocols, port, log: isLogged }) {
  player = port;
  log = isLogged ? [] : null;
  player.onmessage = ({ data }) => {
    if (data.type === "ack") self.postMessage({ ...log[data.ack], quantum: data.quantum });
  };
  socket = new WebSocket(url, protocols ?? []);
  socket.onopen = () => self.postMessage({ type: "open" });
  socket.onclose = ({ code, reason, wasClean }) =>
    self.postMessage({ type: "close", code, reason, wasClean });
  socket.onmessage = ({ data }) => {
    if (typeof data !== "string") return;
    const recvMs = performance.timeOrigin + performance.now();
    hear(JSON.parse(data), recvMs);
  };
}

function hear(event, recvMs) {
  const response = event.response_id ?? event.item_id ?? event.response?.id ?? "";
  if (AUDIO_DELTA.test(event.type)) {
    const samples = samplesOf(event.delta);
    speaking = response;
    const told = { type: "audio", response, samples: samples.length, recvMs };
    tell({ type: "audio", response, samples }, [samples.buffer], told);
    return;
  }
  if (AUDIO_DONE.test(event.type)) {
    tell({ type: "done", response }, [], { type: "done", response, samples: 0, recvMs });
  } else if (event.type === "input_audio_buffer.speech_started") stop(speaking);
  else if (event.type === "response.done" && event.response?.status === "cancelled") stop(response);
  self.postMessage({ type: "event", event, recvMs });
}

function tell(message, transfer, told) {
  if (log === null) player.postMessage(message, transfer);
  else {
    player.postMessage({ ...message, ack: log.length }, transfer);
    log.push(told);
  }
}

function stop(response) {
  if (response !== "") player.postMessage({ type: "flush", response });
}

/** Decode base64 to 16-bit samples; half a sample at the end is left out. */
function samplesOf(base64) {
  const binary = atob(base64);
  const octets = new Uint8Array(binary.length & ~1);
  for (let i = 0; i < octets.length; i += 1) octets[i] = binary.charCodeAt(i);
  return new Int16Array(octets.buffer);
}
