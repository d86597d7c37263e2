/**
 * A take while it runs: its blocks, its prompts, and what is played to it.
 *
 * Its end is counted in samples, so it is as long as was asked for; nothing
 * here needs the kernel.
 */

export const RATE_HZ = 24000;

export class Take {
  constructor(model, device) {
    this.device = device;
    this.lostBefore = device.lostMs;
    this.name = model.get("take_name");
    this.longest = Math.round(model.get("take_s") * RATE_HZ) || Infinity;
    this.prompts = model.get("prompts");
    this.blocks = [];
    this.samples = 0;
    this.sound = null;
    this.play(model.get("accompaniment"), device.context);
  }

  get isFull() {
    return this.samples >= this.longest;
  }

  get seconds() {
    return this.samples / RATE_HZ;
  }

  /** Seconds that are left; infinite without an end. */
  get left() {
    return (this.longest - this.samples) / RATE_HZ;
  }

  /** What the person is asked to do now. */
  get prompt() {
    return this.prompts.findLast(([from]) => from <= this.seconds)?.[1] ?? "";
  }

  hear(block) {
    const kept = block.slice(0, Math.min(block.length, this.longest - this.samples));
    this.blocks.push(kept);
    this.samples += kept.length;
  }

  async play(file, context) {
    if (!file?.byteLength) return;
    const octets = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    const buffer = await context.decodeAudioData(octets);
    if (this.isOver) return;
    this.sound = new AudioBufferSourceNode(context, { buffer });
    this.sound.connect(context.destination);
    this.sound.start();
  }

  end() {
    this.isOver = true;
    this.lostMs = Math.max(0, this.device.lostMs - this.lostBefore);
    this.sound?.stop();
  }
}
