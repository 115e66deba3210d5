import type { Llama, LlamaGrammar, LlamaGrammarEvaluationState, LlamaModel } from "node-llama-cpp";

/** Grammars as they are asked for, each compiled once; every reply needs a state of its own. */
export class GrammarStates {
  readonly #llama: Llama;
  readonly #model: LlamaModel;
  readonly #grammars = new Map<string, Promise<LlamaGrammar>>();

  constructor(llama: Llama, model: LlamaModel) {
    this.#llama = llama;
    this.#model = model;
  }

  /** @param grammar GBNF; a state of it that has seen nothing yet */
  async fresh(grammar: string): Promise<LlamaGrammarEvaluationState> {
    const { LlamaGrammarEvaluationState: State } = await import("node-llama-cpp");
    let compiled = this.#grammars.get(grammar);
    if (compiled === undefined) {
      compiled = this.#llama.createGrammar({ grammar });
      this.#grammars.set(grammar, compiled);
    }
    return new State({ model: this.#model, grammar: await compiled });
  }
}
