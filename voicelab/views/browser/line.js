/**
 * The line to the kernel: numbered messages, and whether anybody answers.
 *
 * A kernel that runs a cell may not answer for a while; nothing is lost by
 * that, for messages wait in order.  How long it has been silent is told, so
 * that the person knows.
 */

const PING_MS = 500;
const BUSY_MS = 1500; // unanswered for so long, a ping means that the kernel is busy

export class Line {
  /**
   * @param {object} model  the widget's
   * @param {(busyMs: number) => void} tell  called when the kernel's silence changes
   */
  constructor(model, tell) {
    this.model = model;
    this.tell = tell;
    this.stream = `${Date.now()}-${Math.floor(1e9 * Math.random())}`;
    this.number = 0;
    this.pinged = NaN;
    this.busyMs = 0;
    this.timer = null;
    this.isOpen = true;
  }

  send(message, buffer) {
    if (!this.isOpen) return;
    this.model.send(message, undefined, buffer === undefined ? [] : [buffer]);
  }

  /** Send what must be taken in order. */
  sendNext(message, buffer) {
    const at_ms = performance.timeOrigin + performance.now();
    this.send({ ...message, stream: this.stream, number: this.number, at_ms }, buffer);
    this.number += 1;
  }

  /** Ask from now on whether the kernel answers. */
  watch() {
    if (this.timer === null) this.timer = setInterval(() => this.ask(), PING_MS);
  }

  unwatch() {
    clearInterval(this.timer);
    this.timer = null;
    this.answered();
  }

  ask() {
    if (Number.isNaN(this.pinged)) {
      this.pinged = performance.now();
      this.send({ type: "ping", n: this.number });
      return;
    }
    const silentMs = performance.now() - this.pinged;
    if (silentMs > BUSY_MS) {
      this.busyMs = silentMs;
      this.tell(silentMs);
    }
  }

  answered() {
    this.pinged = NaN;
    if (this.busyMs > 0) {
      this.busyMs = 0;
      this.tell(0);
    }
  }

  close() {
    this.unwatch();
    this.isOpen = false;
  }
}
