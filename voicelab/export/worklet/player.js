/**
 * The page's side: an audio context, the player's worklet, the socket's Worker.
 *
 *   const player = await openPlayer({ url: "/api/voice", onEvent: (event) => { ... } });
 *   player.send({ type: "response.create" });
 *   await player.report();       // underruns, silence, played samples, by answer
 *   await player.close();
 *
 * Call it from a click: a browser starts no audio before one.  The types are in
 * player.d.ts.  Served as files beside each other; the socket should lead to a
 * server of your own, for a page can keep no key.
 */

// tuned: begin
export const RATE_HZ = 24000;
// tuned: end

/**
 * @param {import("./player").PlayerOptions} options
 * @returns {Promise<import("./player").OpenPlayer>}
 */
export async function openPlayer({ url, protocols, onEvent, onClose, onLog, context, rules }) {
  const audio = context ?? new AudioContext({ sampleRate: RATE_HZ, latencyHint: "interactive" });
  await audio.audioWorklet.addModule(new URL("./player-worklet.js", import.meta.url));
  const node = new AudioWorkletNode(audio, "voicelab-player", {
    numberOfInputs: 0,
    outputChannelCount: [1],
    processorOptions: rules,
  });
  node.connect(audio.destination);

  const worker = new Worker(new URL("./socket-worker.js", import.meta.url));
  const { port1, port2 } = new MessageChannel();
  node.port.postMessage({ type: "connect", port: port1 }, [port1]);

  /** @type {Map<string, (answer: any) => void>} */
  const waiting = new Map();
  const ask = (question, answer) =>
    new Promise((resolve) => {
      waiting.set(`${answer} ${question.response}`, resolve);
      node.port.postMessage(question);
    });
  node.port.onmessage = ({ data }) => {
    waiting.get(`${data.type} ${data.response}`)?.(data);
    waiting.delete(`${data.type} ${data.response}`);
  };

  const opened = new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => {
      if (data.type === "open") resolve(undefined);
      else if (data.type === "close") {
        reject(new Error(`the socket closed with code ${data.code} before it was open`));
        onClose?.(data);
      } else if (data.type === "event") onEvent?.(data.event, data.recvMs);
      else onLog?.(data);
    };
  });
  const address = new URL(url, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const log = onLog !== undefined;
  worker.postMessage({ type: "open", url: address.href, protocols, port: port2, log }, [port2]);
  await opened;

  return {
    context: audio,
    node,
    send: (event) => worker.postMessage({ type: "send", event }),
    flush: (response) => ask({ type: "flush", response }, "flushed"),
    report: () => ask({ type: "report" }, "report"),
    close: async () => {
      worker.postMessage({ type: "close" });
      node.disconnect();
      if (context === undefined) await audio.close();
      setTimeout(() => worker.terminate(), 1000);
    },
  };
}
