import type { ChatOptions } from "../../chat/variables.ts";
import type { Sampling } from "../sampling.ts";
import type { ServerAddress } from "../../serving/address.ts";

/** What a model behind a server is asked with, besides what each turn says. */
export interface ServerOptions {
  readonly address: ServerAddress;
  /** As the server calls it. */
  readonly model: string;
  /** Conversations at a time. */
  readonly parallel: number;
  /**
   * Characters of the longest conversation of the run where every answer is right, the last one left out; the first answer
   * of the server tells how many tokens a character takes.
   */
  readonly longestCharacters: number;
  /** Tokens that come to it at most: the last answer, and reasoning that stays in view. */
  readonly answerTokens: number;
  /** What every conversation of the run begins with, and its first question: for the first, unmeasured request. */
  readonly firstMessages: readonly {
    readonly role: "system" | "user" | "assistant";
    readonly content: string;
  }[];
  readonly chat: ChatOptions;
  readonly sampling: Omit<Sampling, "seed">;
  /** Without a byte for so long a request counts as lost. */
  readonly requestTimeoutMs: number;
}
