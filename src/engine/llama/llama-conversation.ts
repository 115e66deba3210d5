import type { Conversation, Message, TurnRequest } from "../engine.ts";
import type { ChatCodec, HistoryMessage } from "../../chat/codec.ts";
import type { Lockstep } from "./lockstep.ts";
import type { Slot } from "./slot.ts";
import type { CountedResult } from "./turn-in-progress.ts";

/** Remembers which tokens the model generated for which answer, so that its own text goes back unchanged. */
export class LlamaConversation implements Conversation {
  readonly #slot: Slot;
  readonly #codec: ChatCodec;
  readonly #lockstep: Lockstep;
  readonly #onClose: () => void;
  readonly #contents = new Map<string, number[]>();
  readonly #answers = new Map<string, readonly number[]>();

  constructor(slot: Slot, codec: ChatCodec, lockstep: Lockstep, onClose: () => void) {
    this.#slot = slot;
    this.#codec = codec;
    this.#lockstep = lockstep;
    this.#onClose = onClose;
  }

  async turn(request: TurnRequest): Promise<CountedResult> {
    const history = request.messages.map((message) => this.#withOwnTokens(message));
    const tokens = this.#codec.render(history, this.#contents);
    const { opener, openerIds } = this.#codec;
    const result = await this.#lockstep.turn(this.#slot, { tokens, opener }, request);
    const generated = result.stop === "eog" ? result.tokenIds.slice(0, -1) : result.tokenIds;
    const ids = [...openerIds, ...generated];
    this.#answers.set(`${request.turnIndex}:${result.text}`, ids);
    return result;
  }

  close(): void {
    this.#onClose();
  }

  #withOwnTokens(message: Message): HistoryMessage {
    const { turnIndex, content } = message;
    const tokenIds = turnIndex === undefined ? undefined : this.#answers.get(`${turnIndex}:${content}`);
    return tokenIds === undefined ? message : { ...message, tokenIds };
  }
}
