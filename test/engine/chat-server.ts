import { macrotask, timestamp } from "../../src/clock.ts";
import {
  type Conversation,
  type Engine,
  type EngineInfo,
  type TurnRequest,
  type TurnResult,
  untoldInfo,
} from "../../src/engine/engine.ts";
import { InterruptedError } from "../../src/errors.ts";

/** What a server says to a request. */
export type Say = (request: TurnRequest) => string;

/**
 * An engine that knows what a chat server tells: texts and times. It has no token ids, no counters, no batches, no
 * shared prefix and no grammar; every reply takes its own time, so that its conversations run apart.
 */
export class ChatServer implements Engine {
  readonly isLockstep = false;
  readonly takesGrammar = false;
  readonly info: EngineInfo;
  /** What it was asked, in order. */
  readonly requests: TurnRequest[] = [];
  readonly #say: Say;
  #isInterrupted = false;
  #inTurn = 0;
  #open = 0;

  constructor(say: Say, parallel: number) {
    this.#say = say;
    this.info = { ...unknownInfo, parallel };
  }

  open(): Conversation {
    if (this.#open >= this.info.parallel) throw new Error("all conversations are in use");
    this.#open++;
    return {
      turn: (request) => this.#turn(request),
      close: () => {
        this.#open--;
      },
    };
  }

  interrupt(): void {
    this.#isInterrupted = true;
  }

  close(): Promise<void> {
    if (this.#inTurn > 0) throw new Error("it is closed while a turn is under way");
    return Promise.resolve();
  }

  async #turn(request: TurnRequest): Promise<TurnResult> {
    if (this.#isInterrupted) throw new InterruptedError();
    this.requests.push(request);
    const text = this.#say(request);
    const startedAt = timestamp();
    const ticks = ticksOf(request);
    this.#inTurn++;
    try {
      // Rounds of the event loop stand for milliseconds: who is how far does not depend on the machine.
      for (let tick = 0; tick < ticks && !this.#isInterrupted; tick++) await macrotask();
    } finally {
      this.#inTurn--;
    }
    if (this.#isInterrupted) throw new InterruptedError();
    return { ...untold, text, stop: "eog", ttftMs: ticks / 2, decodeMs: ticks / 2, startedAt };
  }
}

/** Some rollouts are asked by a slower line. */
function ticksOf({ rollout, turnIndex }: TurnRequest): number {
  return 1 + (turnIndex % 3) + 8 * (rollout % 3);
}

/** Everything of a result that such a server does not tell. */
const untold = {
  tokenIds: null,
  tokenConfidence: null,
  promptTokens: null,
  reusedTokens: null,
  prefilledTokens: null,
  answerForm: null,
  againReason: null,
  decodedTokens: null,
  reasoningTokens: null,
  interTokenMs: null,
  cpuMs: null,
  conversations: null,
  firstBatch: null,
  lastBatch: null,
  served: null,
} satisfies Partial<TurnResult>;

const unknownInfo = {
  ...untoldInfo,
  engine: "chat",
  versions: { "chat server": "1.0" },
} satisfies Partial<EngineInfo>;
