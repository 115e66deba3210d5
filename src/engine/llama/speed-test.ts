import type { ThreadPlan, ThreadSource } from "../../hardware/facts.ts";

/** One test of plain speed: so many given (pp) or generated (tg) tokens behind so many others, as llama-bench has them. */
export interface SpeedTest {
  readonly kind: "pp" | "tg";
  readonly tokens: number;
  readonly depth: number;
  /** Whether each next token is sampled, greedily, and goes back in; otherwise tokens are random, as llama-bench's are. */
  readonly sampled: boolean;
}

/** One repetition. */
export interface SpeedSample {
  readonly ms: number;
  /** CPU time of the whole process. */
  readonly cpuMs: number;
}

/** What was used, read back. */
export interface SpeedUsed {
  readonly threads: number;
  readonly threadsBy: ThreadSource;
  readonly backend: string;
  readonly layers: number;
  readonly attention: boolean | null;
  /** Of the weights in memory, as llama.cpp counts them; null: not told. */
  readonly modelBytes: number | null;
  readonly versions: Readonly<Record<string, string>>;
}

export interface SpeedResult {
  readonly samples: readonly SpeedSample[];
  readonly used: SpeedUsed;
  /** False: this version of the binding leaves out the logits of a prompt's last token, a little less work than llama-bench's. */
  readonly isExact: boolean;
}

/** Which of the counts of threads a test goes by. */
export function shapeOf({ kind }: SpeedTest, parallel: number): keyof ThreadPlan {
  if (kind === "pp") return "prefill";
  return parallel === 1 ? "decodeOne" : "decodeAll";
}
