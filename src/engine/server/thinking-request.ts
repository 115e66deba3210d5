import { type ChatOptions, templateVariables } from "../../chat/variables.ts";
import { EngineError } from "../../errors.ts";
import type { ServerFacts } from "../../serving/facts.ts";

/**
 * How a server is asked for reasoning, or for none.
 *
 * @throws EngineError where it cannot be asked for what the run asks
 */
export function thinkingRequest(
  { api, kind }: Pick<ServerFacts, "api" | "kind">,
  options: ChatOptions,
): Readonly<Record<string, unknown>> {
  const { thinking, reasoningEffort: effort, chatTemplateKwargs: others } = options;
  if (api === "openai" && takeVariables.includes(kind)) {
    const asked = effort === null || kind === "llama.cpp" ? {} : { reasoning_effort: effort };
    return { chat_template_kwargs: templateVariables(options), ...asked };
  }
  if (others !== null)
    throw new EngineError(
      "unsupported",
      `--chat-template-kwargs: ${kindText(kind)} takes no variables of a chat template. Leave them out, or serve the model with llama-server, vLLM or SGLang.`,
    );
  if (api === "ollama") return { think: thinking && (effort ?? true) };
  if (thinking && effort === null)
    throw new EngineError(
      "unsupported",
      `--thinking on: ${kindText(kind)} cannot be asked for reasoning. Name a --reasoning-effort if it takes one, or serve the model with llama-server, vLLM, SGLang or ollama:URL.`,
    );
  return effort === null ? {} : { reasoning_effort: effort };
}

/** Those that hand variables on to the chat template. */
const takeVariables: readonly string[] = ["llama.cpp", "vllm", "sglang"];

function kindText(kind: string): string {
  return kind === "unknown" ? "this server" : kind;
}
