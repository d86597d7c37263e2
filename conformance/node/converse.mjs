// The official JavaScript client converses: connect, configure, speak, hear an answer.
//
//   node converse.mjs URL SPEECH.wav
//
// URL is where the server listens, http://host:port. Also the one client here that offers
// permessage-deflate and puts the key into the query.

import { readFile } from "node:fs/promises";
import { VoiceLiveClient } from "@azure/ai-voicelive";

const CHUNK_MS = 50;
const CHUNK_BYTES = 2 * 24 * CHUNK_MS;
const WAV_HEADER_BYTES = 44;
const PATIENCE_MS = 30_000;

const [url, wav] = process.argv.slice(2);
const key = process.env.CONFORMANCE_KEY ?? "no-key-needed";
const pcm = (await readFile(wav)).subarray(WAV_HEADER_BYTES);
const seen = new Set();
let audioBytes = 0;

const patience = setTimeout(() => {
  console.error(`no answer after ${PATIENCE_MS} ms; seen: ${[...seen].join(", ")}`);
  process.exit(1);
}, PATIENCE_MS);

const client = new VoiceLiveClient(url, { key });
const session = client.createSession("gpt-realtime");
const answered = new Promise((resolve, reject) => {
  session.subscribe({
    onServerEvent: async (event) => void seen.add(event.type),
    onResponseAudioDelta: async (event) => void (audioBytes += event.delta.byteLength),
    onResponseDone: async (event) => resolve(event.response.status),
    onServerError: async (event) => reject(new Error(event.error.message)),
  });
});
await session.connect();
await session.updateSession({
  turnDetection: { type: "server_vad", threshold: 0.5, silenceDurationInMs: 500 },
});
for (let start = 0; start < pcm.length; start += CHUNK_BYTES) {
  await session.sendAudio(Uint8Array.from(pcm.subarray(start, start + CHUNK_BYTES)));
  await new Promise((resolve) => setTimeout(resolve, CHUNK_MS));
}
const status = await answered;
await session.dispose();
clearTimeout(patience);

const wanted = ["session.created", "session.updated", "input_audio_buffer.speech_started"];
const missing = wanted.filter((type) => !seen.has(type));
if (status !== "completed" || missing.length > 0 || audioBytes === 0) {
  console.error(`status ${status}, ${audioBytes} bytes of audio, missing: ${missing.join(", ")}`);
  process.exit(1);
}
console.log(`node conversation: answered with ${(audioBytes / 48_000).toFixed(1)} s of audio`);
