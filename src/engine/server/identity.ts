import { EngineError } from "../../errors.ts";
import type { ServerClient } from "./client.ts";
import { ServerFault } from "./fault.ts";
import type { ServerFacts } from "../../serving/facts.ts";
import { identify, otherThan } from "./identify.ts";
import type { ServerOptions } from "./options.ts";
import type { Told } from "./stream-event.ts";

/** Sees to it that it is the same server with the same model from a run's begin to its end. */
export class Identity {
  readonly #client: ServerClient;
  readonly #options: Pick<ServerOptions, "address" | "model">;
  readonly #nowMs: () => number;
  /** What it was when the run began; null: it has not begun. */
  #before: ServerFacts | null = null;
  #checkedMs = 0;
  #isDue = false;
  #model: string | null = null;
  readonly #fingerprints = new Set<string>();
  #change: string | null = null;
  #check: Promise<void> | null = null;

  constructor(client: ServerClient, options: Pick<ServerOptions, "address" | "model">, nowMs: () => number) {
    this.#client = client;
    this.#options = options;
    this.#nowMs = nowMs;
  }

  /** @throws ServerFault, EngineError where it does not offer the model */
  look(): ReturnType<typeof identify> {
    const { address, model } = this.#options;
    return identify(this.#client, address, model);
  }

  /** From here on it must not change. Some tell of a model only once it is loaded. */
  async hold(): Promise<void> {
    this.#before = (await this.look()).facts;
    this.#checkedMs = this.#nowMs();
  }

  /** Something happened that may mean another server or model: it is asked before anything else. */
  suspect(): void {
    this.#isDue = true;
  }

  /** Takes what a reply says of who wrote it; a model of another name is another model, another build may be the same. */
  recognise({ model, fingerprint }: Pick<Told, "model" | "fingerprint">): void {
    this.#model ??= model;
    if (model !== null && model !== this.#model)
      this.#change ??= `it answers as ${model}, and answered as ${this.#model} before`;
    if (fingerprint !== null && this.#fingerprints.size > 0 && !this.#fingerprints.has(fingerprint))
      this.suspect();
    if (fingerprint !== null) this.#fingerprints.add(fingerprint);
  }

  /**
   * @param isOpening whether a conversation begins
   * @throws EngineError where something changed, now or before; ServerFault where the server cannot be asked
   */
  async confirm(isOpening: boolean): Promise<void> {
    const isStale = isOpening && this.#nowMs() - this.#checkedMs >= restMs;
    if (this.#before !== null && this.#change === null && (this.#isDue || isStale)) {
      this.#check ??= this.#compare(this.#before).finally(() => {
        this.#check = null;
      });
      await this.#check;
    }
    if (this.#change !== null)
      throw new EngineError(
        "changed",
        `the server or its model changed while the run went on: ${this.#change}. Begin the run anew.`,
      );
  }

  async #compare(before: ServerFacts): Promise<void> {
    try {
      const change = otherThan(before, (await this.look()).facts);
      this.#isDue = false;
      this.#change ??= change;
    } catch (error) {
      // One that is too busy to tell is asked again later; whether it still answers, the next request shows.
      if (!(error instanceof ServerFault) || error.cause !== "timeout") throw error;
    }
    this.#checkedMs = this.#nowMs();
  }
}

const restMs = 10_000;
