import type { Reasoning } from "../../reply/reasoning.ts";
import { visible } from "../../visible-text.ts";
import { marksOf } from "../../reply/marks.ts";
import { AnswerWatch } from "../answer-watch.ts";
import type { StopReason } from "../engine.ts";
import { ServerFault } from "./fault.ts";
import { alsoTold, nothingTold, type StreamEvent, type Told } from "./stream-event.ts";

/** A whole reply, with what was measured here and what the server told. */
export interface ServerReply {
  readonly text: string;
  readonly stop: StopReason;
  /** Why it ended, in the server's words; null: it was ended at the closing answer tag. */
  readonly finish: string | null;
  readonly ttftMs: number | null;
  readonly decodeMs: number | null;
  readonly interTokenMs: readonly number[] | null;
  /** Of the text; null: not told, or of more text than is kept. */
  readonly decodedTokens: number | null;
  readonly told: Told;
  /** Whether the server tells reasoning apart from what is said. */
  readonly isApart: boolean;
  /** Whether all before a mark that ends reasoning was such, which the prompt had opened. */
  readonly wasOpened: boolean;
}

/**
 * Puts a reply together from its stream: reasoning between its marks where the server tells it apart, and nothing behind
 * the closing answer tag where that ends it.
 */
export class ReplyInProgress {
  readonly #startMs: number;
  readonly #reasoning: Reasoning | null;
  readonly #mayBeOpened: boolean;
  #watch: AnswerWatch | null;
  #text = "";
  #told = nothingTold;
  #finish: string | null = null;
  #finishMs = 0;
  /** When each piece of what is kept came. */
  readonly #pieces: number[] = [];
  #isInReasoning = false;
  #isApart = false;
  #isAnswered = false;
  /** Tokens that were told when the closing tag came; null: not told by then. */
  #answeredTokens: number | null = null;
  /** What came behind the closing tag. */
  #behind = "";
  #wasOpened = false;

  /**
   * @param startMs when the request was handed over
   * @param mayBeOpened whether the prompt may open reasoning without anybody telling, so that an answer can turn out to be a
   *   part of it
   */
  constructor(stop: "answer" | "eog", reasoning: Reasoning | null, startMs: number, mayBeOpened = false) {
    this.#startMs = startMs;
    this.#reasoning = reasoning;
    this.#mayBeOpened = mayBeOpened;
    this.#watch = stop === "answer" ? this.#newWatch() : null;
  }

  /** Whether the closing answer tag and the count of the prompt are there: there is nothing more to wait for. */
  get isComplete(): boolean {
    const isSure = !this.#mayBeOpened || this.#wasOpened || this.#isApart;
    return this.#isAnswered && isSure && this.#told.promptTokens !== null;
  }

  /** Of all that came. */
  get characters(): number {
    return this.#text.length + this.#behind.length;
  }

  /** @returns what is new of the text */
  push(event: StreamEvent, atMs: number): string {
    const before = this.#text.length;
    const wasAnswered = this.#isAnswered;
    this.#told = alsoTold(this.#told, event.told);
    if (event.reasoning !== "") this.#reason(event.reasoning);
    if (event.said !== "") this.#say(event.said);
    if (this.#isAnswered) this.#lookBehind();
    if (this.#text.length > before) this.#pieces.push(atMs);
    if (this.#isAnswered && !wasAnswered) this.#answeredTokens = event.told.decodedTokens;
    if (event.finish !== null) {
      this.#finish = event.finish;
      this.#finishMs = atMs;
    }
    return this.#text.slice(before);
  }

  /** @throws ServerFault where the stream ended before the reply did */
  end(): ServerReply {
    const stop = this.#stop();
    const decodedTokens = this.#decodedTokens();
    const first = this.#pieces[0] ?? null;
    const last = this.#pieces.at(-1) ?? null;
    const times = this.#tokenTimes(decodedTokens);
    const interTokenMs = times?.slice(1).map((at, index) => at - (times[index] ?? at)) ?? null;
    return {
      text: this.#text,
      stop,
      finish: this.#finish,
      ttftMs: first === null ? null : first - this.#startMs,
      decodeMs: first === null || last === null ? null : (times?.at(-1) ?? last) - first,
      interTokenMs,
      decodedTokens,
      told: this.#told,
      isApart: this.#isApart,
      wasOpened: this.#wasOpened,
    };
  }

  /** Behind the closing tag it does not matter how the reply ended; before it, what a server did is no end of the model's. */
  #stop(): StopReason {
    if (this.#finish === null && !this.isComplete)
      throw new ServerFault("malformed", "the server ended its stream in the middle of a reply");
    if (this.#isAnswered) return "answer";
    const stop = stops[this.#finish ?? ""];
    if (stop !== undefined) return stop;
    const said = visible(this.#finish ?? "");
    throw new ServerFault("malformed", `the server broke a reply off, for a reason it calls "${said}"`, {
      said,
    });
  }

  #newWatch(): AnswerWatch {
    const limits = { maxTokens: Infinity, stop: "answer", reasoningBudget: null } as const;
    return new AnswerWatch(limits, this.#reasoning, []);
  }

  /** Where reasoning ends behind the closing tag that began nowhere, the answer was a part of it, and another follows. */
  #lookBehind(): void {
    if (this.#reasoning !== null || this.#wasOpened || this.#isApart) return;
    const found = usualMarks.next(this.#behind, 0, 0);
    if (found?.mark.meaning !== "ends") return;
    const behind = this.#behind;
    this.#text += behind.slice(0, found.end);
    this.#behind = "";
    this.#isAnswered = false;
    this.#wasOpened = true;
    this.#watch = this.#newWatch();
    this.#add(behind.slice(found.end));
  }

  #reason(text: string): void {
    if (!this.#isInReasoning) this.#add("<think>");
    this.#isInReasoning = true;
    this.#isApart = true;
    this.#add(text);
  }

  #say(text: string): void {
    if (this.#isInReasoning) this.#add("</think>");
    this.#isInReasoning = false;
    this.#add(text);
  }

  /** Character by character, so that the text ends right behind the closing tag, whatever the pieces. */
  #add(text: string): void {
    if (this.#watch === null) {
      this.#text += text;
      return;
    }
    for (const character of text)
      if (this.#isAnswered) this.#behind += character;
      else {
        this.#text += character;
        this.#isAnswered = this.#watch.push(character, false) === "answer";
      }
  }

  /** All that were told where all are kept; else those told with the closing tag, where they are its own and no more. */
  #decodedTokens(): number | null {
    if (!this.#isAnswered || (this.#behind === "" && this.#finish !== null)) return this.#toldTokens();
    const isExact = this.#behind === "" || this.#answeredTokens === this.#pieces.length;
    return isExact ? this.#answeredTokens : null;
  }

  /** Some servers send zeros for what they do not count. */
  #toldTokens(): number | null {
    const { decodedTokens } = this.#told;
    return decodedTokens === 0 && this.#text !== "" ? null : decodedTokens;
  }

  /**
   * When each token came, where each piece was one; the end token is told by the end of the stream, without a piece. The
   * marks of reasoning that is told apart are tokens without a piece, too, so that nothing can be concluded from numbers.
   */
  #tokenTimes(decodedTokens: number | null): readonly number[] | null {
    const pieces = this.#pieces;
    if (decodedTokens === null || pieces.length === 0 || this.#isApart) return null;
    if (pieces.length === decodedTokens) return pieces;
    const hasEnd = this.#finish !== null && this.#finish !== "length";
    return hasEnd && pieces.length + 1 === decodedTokens ? [...pieces, this.#finishMs] : null;
  }
}

/** What servers call the ends that a reply has by its model or its limit, and those of which the conversation decides. */
const stops: Readonly<Record<string, StopReason>> = {
  stop: "eog",
  eos: "eog",
  eos_token: "eog",
  end_turn: "eog",
  stop_sequence: "eog",
  length: "limit",
  max_tokens: "limit",
  content_filter: "eog",
  tool_calls: "eog",
  function_call: "eog",
};

const usualMarks = marksOf(null).outside;
