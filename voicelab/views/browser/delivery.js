/**
 * Takes on their way to the kernel: kept until it says that it has all of them.
 *
 * A take goes in parts with a checksum over all; the page asks whether it is
 * complete, is told which parts are missing, and sends those again.
 */

import { sha256 } from "./device.js";

const PART_SAMPLES = 240000; // 10 s
const ASK_AGAIN_MS = 3000;

export class Delivery {
  /**
   * @param {import("./line.js").Line} line
   * @param {(waiting: number) => void} tell  called with how many takes are on their way
   */
  constructor(line, tell) {
    this.line = line;
    this.tell = tell;
    this.takes = new Map();
    this.count = 0;
    this.timer = null;
  }

  /** Send a take; `about` goes with it. */
  async add(blocks, about) {
    const samples = joinedBlocks(blocks);
    this.count += 1;
    const id = `${this.line.stream}/${this.count}`;
    const parts = Math.max(1, Math.ceil(samples.length / PART_SAMPLES));
    const head = { type: "take", id, parts, samples: samples.length, ...about };
    this.takes.set(id, { samples, head, parts });
    this.tell(this.takes.size);
    head.sha256 = await sha256(new Uint8Array(samples.buffer));
    this.sendAll(id);
    this.timer ??= setInterval(() => this.askAgain(), ASK_AGAIN_MS);
  }

  sendAll(id) {
    const { head, parts } = this.takes.get(id);
    this.line.send(head);
    for (let number = 0; number < parts; number += 1) this.sendPart(id, number);
    this.line.send({ type: "complete?", id });
  }

  sendPart(id, number) {
    const { samples } = this.takes.get(id);
    const begin = number * PART_SAMPLES;
    const part = samples.slice(begin, begin + PART_SAMPLES);
    this.line.send({ type: "part", id, number }, part.buffer);
  }

  askAgain() {
    // While the kernel is silent the question is on its way already.
    if (this.line.busyMs > 0) return;
    for (const [id, { head }] of this.takes) {
      if (head.sha256 !== undefined) this.line.send({ type: "complete?", id });
    }
  }

  /** Take the kernel's answer. */
  answered({ id, state, missing }) {
    if (!this.takes.has(id)) return;
    if (state === "arrived") {
      this.takes.delete(id);
      this.tell(this.takes.size);
    } else if (state === "unknown") {
      this.sendAll(id);
    } else {
      for (const number of missing) this.sendPart(id, number);
      this.line.send({ type: "complete?", id });
    }
    if (this.takes.size === 0) this.stop();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }
}

/** One array of many. */
export function joinedBlocks(blocks) {
  const all = new Int16Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    all.set(block, at);
    at += block.length;
  }
  return all;
}
