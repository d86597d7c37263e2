// Plays what a real socket sends, and writes down what came and what was heard.

import { openPlayer } from "/worklet/player.js";

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A recorder behind a node. */
export async function recorded(node) {
  const { context } = node;
  await context.audioWorklet.addModule("/players/recorder.js");
  const recorder = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
  node.connect(recorder);
  return () =>
    new Promise((resolve) => {
      recorder.port.onmessage = ({ data }) => resolve(data);
      recorder.port.postMessage(null);
    });
}

/** The shipped player: its log, its report, and the runs that were heard. */
export async function listen({ url, rules, seconds }) {
  const log = [];
  const events = [];
  const player = await openPlayer({
    url,
    rules,
    onLog: (line) => log.push(line),
    onEvent: ({ type }) => events.push(type),
  });
  const runs = await recorded(player.node);
  await player.send({ type: "response.create" });
  await wait(1000 * seconds);
  const heard = { log, events, runs: await runs(), report: await player.report() };
  await player.close();
  return heard;
}

/**
 * The shipped worklet with its socket in a Worker or on the page, while the page stalls.
 * `debounced` hands each message on as the guide does, by a debounce of 0 ms.
 */
export async function listenThroughStall({ url, rules, seconds, stallAtMs, stallMs, socket }) {
  let player;
  let node;
  let send;
  if (socket === "worker") {
    player = await openPlayer({ url, rules });
    ({ node, send } = player);
  } else {
    const context = new AudioContext({ sampleRate: 24000 });
    await context.audioWorklet.addModule("/worklet/player-worklet.js");
    node = new AudioWorkletNode(context, "voicelab-player", {
      numberOfInputs: 0,
      outputChannelCount: [1],
      processorOptions: rules,
    });
    node.connect(context.destination);
    const webSocket = new WebSocket(url);
    await new Promise((resolve) => (webSocket.onopen = resolve));
    const hear = ({ data }) => {
      const { type, delta, response_id: response } = JSON.parse(data);
      if (type !== "response.audio.delta") return;
      const octets = Uint8Array.from(atob(delta), (letter) => letter.charCodeAt(0));
      const samples = new Int16Array(octets.buffer);
      node.port.postMessage({ type: "audio", response, samples }, [samples.buffer]);
    };
    webSocket.onmessage = socket === "debounced" ? debounce(hear) : hear;
    send = (event) => webSocket.send(JSON.stringify(event));
  }
  const runs = await recorded(node);
  send({ type: "response.create" });
  await wait(stallAtMs);
  const stalledFrom = performance.now();
  while (performance.now() - stalledFrom < stallMs);
  await wait(1000 * seconds - stallAtMs - stallMs);
  const heard = await runs();
  await node.context.close();
  return heard;
}

/** Call a function once nothing has called for 0 ms, with the last argument. */
function debounce(call) {
  let timer;
  return (argument) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(argument), 0);
  };
}
