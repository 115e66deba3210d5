import { sha256Of } from "../../sha256.ts";
import { serverName } from "../../serving/facts.ts";
import { type EngineInfo, untoldInfo } from "../engine.ts";
import type { KnownReasoning } from "./known-reasoning.ts";
import type { Manner } from "./manner.ts";
import type { ServerOptions } from "./options.ts";

/** What a run stores of its server, once that is known. */
export function describeServer(
  manner: Manner,
  { parallel, chat }: ServerOptions,
  templateText: string | null,
  known: KnownReasoning,
): EngineInfo {
  const { facts, contextTokens, thinking, reasoning, isSystemJoined } = manner;
  const variables = thinking["chat_template_kwargs"] ?? thinking;
  return {
    ...untoldInfo,
    engine: facts.api,
    parallel,
    contextLength: contextTokens ?? facts.contextLength,
    templateHash: templateText === null ? null : sha256Of(templateText),
    templateSource: templateText === null ? null : "model",
    chat: {
      jinja: "server",
      variables: variables as NonNullable<EngineInfo["chat"]>["variables"],
      system: isSystemJoined ? "joined" : "own",
      turnStarts: [],
      reasoning,
      isThinking: chat.thinking || known.isForced,
      history: "appends",
    },
    server: facts,
    versions: { server: serverName(facts) },
    warnings: [...slotWarnings(facts.slots, parallel), ...warningsOf(manner, known)],
  };
}

function slotWarnings(slots: number | null, parallel: number): string[] {
  if (slots === null || slots >= parallel) return [];
  return [
    `--parallel ${parallel}: the server evaluates ${slots} conversations at a time, so that turns wait for others before their first token`,
  ];
}

/** What a user has to know of a model behind this server. */
function warningsOf({ facts, isSystemJoined }: Manner, { isForced, isDeaf }: KnownReasoning): string[] {
  const warnings: string[] = [];
  if (facts.unsent.length > 0) {
    const cure = facts.kind === "ollama" ? " Ask it as ollama:URL, which takes all of them." : "";
    warnings.push(
      `the server cannot be told ${facts.unsent.join(", ")}; what it does about that is not known.${cure}`,
    );
  }
  if (!facts.tellsPrompt)
    warnings.push(
      "the server does not tell how many tokens a prompt had, so that one that it cut would not be noticed (cuts unseen)",
    );
  if (isSystemJoined)
    warnings.push(
      "the chat template has no system role: the instructions open the user's first message, a line break between",
    );
  if (isForced)
    warnings.push(
      "--thinking off does not keep this model from reasoning behind this server, and the run counts as a thinking one",
    );
  if (isDeaf) warnings.push("under this chat template --thinking on does not bring a model to reason");
  return warnings;
}
