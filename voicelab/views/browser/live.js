/**
 * Live chunks: sound cut to one length and sent at once, or only while a button
 * is held.
 *
 * With the button, the last `preRoll` samples are kept ready, for people begin
 * to speak before they have pressed.  Pressing and letting go are numbered with
 * the chunks, so the kernel sees what was said exactly between the two.
 */

import { joinedBlocks } from "./delivery.js";

export class Live {
  /** @param {import("./line.js").Line} line */
  constructor(line) {
    this.line = line;
    this.chunk = 1200;
    this.preRoll = 0;
    this.isOpen = false; // whether anybody in the kernel wants chunks
    this.byButton = false;
    this.isHeld = false;
    this.isLettingGo = false;
    this.waiting = []; // blocks
    this.samples = 0; // in them
  }

  /** Take a block whose first sample is at `first`. */
  hear(block, first) {
    if (!this.isOpen) return;
    this.waiting.push(block);
    this.samples += block.length;
    const end = first + block.length;
    if (this.byButton && !this.isHeld) {
      while (this.samples - (this.waiting[0]?.length ?? Infinity) >= this.preRoll) {
        this.samples -= this.waiting.shift().length;
      }
      return;
    }
    this.sendWhole(end);
    if (this.isLettingGo) {
      this.isLettingGo = false;
      this.isHeld = false;
      if (this.samples > 0) this.sendChunk(this.samples, end);
      this.line.sendNext({ type: "talk", pressed: false });
    }
  }

  press() {
    if (this.isHeld || !this.isOpen) return;
    this.isHeld = true;
    this.isLettingGo = false;
    this.line.sendNext({ type: "talk", pressed: true });
  }

  /** The block that is being heard still counts. */
  letGo() {
    if (this.isHeld) this.isLettingGo = true;
  }

  /** Nothing more will be heard. */
  stop() {
    if (this.isHeld) {
      this.isHeld = false;
      this.isLettingGo = false;
      this.line.sendNext({ type: "talk", pressed: false });
    }
    this.waiting = [];
    this.samples = 0;
  }

  sendWhole(end) {
    while (this.samples >= this.chunk) this.sendChunk(this.chunk, end);
  }

  sendChunk(length, end) {
    const all = joinedBlocks(this.waiting);
    const rest = all.slice(length);
    this.line.sendNext({ type: "chunk", first: end - all.length }, all.slice(0, length).buffer);
    this.waiting = rest.length > 0 ? [rest] : [];
    this.samples = rest.length;
  }
}
