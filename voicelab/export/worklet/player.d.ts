/** Rate of the context that the player opens. */
export declare const RATE_HZ: number;

/** The rules by which the worklet plays; what is left out is as tuned. */
export interface PlayerRules {
  rateHz: number;
  start: "prefill" | "hold";
  startMs: number;
  onUnderrun: "play_on" | "refill" | "ratchet" | "guide";
  ratchetMs: number;
  ratchetToMs: number;
  flushAtEnd: boolean;
  /** `null` is no limit. */
  maxQueueMs: number | null;
  onOverflow: "drop_newest" | "drop_oldest";
  fadeMs: number;
}

export interface PlayerOptions {
  /** Where the socket leads; relative to the page, http or ws. */
  url: string;
  protocols?: string | string[];
  /** Every event but audio. */
  onEvent?: (event: any, recvMs: number) => void;
  onClose?: (close: { code: number; reason: string; wasClean: boolean }) => void;
  /** A context of the page's own, at the rate of the audio. */
  context?: AudioContext;
  /** What the worklet got: which of its render quanta could read it first. */
  onLog?: (line: LogLine) => void;
  rules?: Partial<PlayerRules>;
}

export interface LogLine {
  type: "audio" | "done";
  response: string;
  samples: number;
  recvMs: number;
  quantum: number;
}

export interface AnswerReport {
  response: string;
  playedSamples: number;
  underruns: number;
  /** Silence between its first sample and its last. */
  silentSamples: number;
  done: boolean;
}

export interface Report {
  queuedSamples: number;
  droppedSamples: number;
  refusedSamples: number;
  answers: AnswerReport[];
}

export interface OpenPlayer {
  context: AudioContext;
  node: AudioWorkletNode;
  send(event: object): void;
  /** Stop an answer; tells what of it was played, for conversation.item.truncate. */
  flush(response: string): Promise<{ response: string; playedSamples: number }>;
  report(): Promise<Report>;
  close(): Promise<void>;
}

export declare function openPlayer(options: PlayerOptions): Promise<OpenPlayer>;
