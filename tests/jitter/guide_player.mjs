// The guide's playback rule, on numbered samples instead of sound.
//
// It waits until 480 samples are there, then plays whatever there is.  Whether
// it is playing is decided only at the start of a quantum: one that begins with
// nothing makes it wait for 480 again, one that runs out midway does not.
//
// In: a JSON list of sessions, each a list of [quantum, samples] in order.
// Out: for each session, [first sample, how many] for each quantum.

import { readFileSync } from "node:fs";

const QUANTUM = 128;
const PREFILL = 480;

class GuidePlayer {
  #received = 0;
  #played = 0;
  #playing = false;

  receive(samples) {
    this.#received += samples;
  }

  render() {
    const waiting = this.#received - this.#played;
    if (!this.#playing && waiting < PREFILL) return [this.#played, 0];
    this.#playing = waiting > 0;
    const from = this.#played;
    for (let i = 0; i < QUANTUM; i += 1) {
      if (this.#played < this.#received) this.#played += 1;
    }
    return [from, this.#played - from];
  }
}

function listen(session) {
  const player = new GuidePlayer();
  const total = session.reduce((sum, [, samples]) => sum + samples, 0);
  const quanta = session.at(-1)[0] + Math.ceil(total / QUANTUM) + 2;
  const heard = [];
  let next = 0;
  for (let quantum = 0; quantum < quanta; quantum += 1) {
    while (next < session.length && session[next][0] <= quantum) {
      player.receive(session[next][1]);
      next += 1;
    }
    heard.push(player.render());
  }
  return heard;
}

const sessions = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(sessions.map(listen)));
