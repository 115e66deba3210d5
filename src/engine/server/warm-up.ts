import { nowMs } from "../../clock.ts";
import type { EngineEvents, EngineInfo } from "../engine.ts";
import { describeServer } from "./describe-server.ts";
import { unsentOf } from "./dialects.ts";
import { toldSampling } from "./known/told-sampling.ts";
import { type KnownReasoning, knownReasoning } from "./known-reasoning.ts";
import { learn } from "./learn.ts";
import type { ServerOptions } from "./options.ts";
import { guessedTokensACharacter, makeRoom, refuseWhatDoesNotFit } from "./room.ts";
import type { Answer, ServerSession } from "./server-session.ts";
import { charactersOf, refuseCutPrompt, shortened } from "./whole-prompt.ts";

/**
 * Sends the run's first messages once, unmeasured, so that the model is loaded and what the server takes is known: a
 * parameter or a role that it refuses is left out from then on.
 *
 * @returns what the run stores of its server
 * @throws EngineError where it does not answer, or where the run has no room in its context
 */
export async function warmUp(
  session: ServerSession,
  options: ServerOptions,
  templateText: string | null,
  events: EngineEvents,
): Promise<EngineInfo> {
  makeRoom(session, options, guessedTokensACharacter);
  const startMs = nowMs();
  const answer = await learn(session, options, events);
  const ms = nowMs() - startMs;
  const characters = charactersOf(options.firstMessages);
  const { promptTokens } = answer.told;
  const tokensACharacter = promptTokens === null ? null : promptTokens / Math.max(1, characters);
  const known = takeWhatWasTold(session, options, answer, templateText);
  events.event("server-warm-up", {
    ms,
    loadMs: answer.told.loadMs,
    requests: answer.requests,
    characters,
    promptTokens,
    tokensACharacter,
    unsent: session.manner.facts.unsent,
    isSystemJoined: session.manner.isSystemJoined,
  });
  await refuseWhatIsCut(session, options, promptTokens, events);
  refuseWhatDoesNotFit(session, options, tokensACharacter);
  // The server loads the model anew for another context; that is no part of the first turn.
  if (tokensACharacter !== null && makeRoom(session, options, tokensACharacter)) {
    const { told } = await learn(session, options, events);
    events.event("server-room", { tokens: session.manner.contextTokens, loadMs: told.loadMs });
  }
  return describeServer(session.manner, options, templateText, known);
}

/** Where the server does not tell how much room it has, whether it takes a whole prompt is seen from a short one. */
async function refuseWhatIsCut(
  session: ServerSession,
  options: ServerOptions,
  promptTokens: number | null,
  events: EngineEvents,
): Promise<void> {
  const { firstMessages } = options;
  const short = shortened(firstMessages);
  if (session.manner.facts.contextLength !== null || promptTokens === null || short === null) return;
  const { told } = await learn(session, { ...options, firstMessages: short }, events);
  if (told.promptTokens === null) return;
  refuseCutPrompt(
    { messages: firstMessages, promptTokens },
    { messages: short, promptTokens: told.promptTokens },
  );
}

/** @returns how the model reasons, in the mode that is asked for */
function takeWhatWasTold(
  session: ServerSession,
  { sampling, chat }: ServerOptions,
  { told, isApart, text }: Answer,
  templateText: string | null,
): KnownReasoning {
  const { facts, refused } = session.manner;
  const hasReasoned = isApart || text.startsWith("<think");
  // llama.cpp reads the marks of reasoning out of what is said, unless it is started otherwise.
  const format = told.sampling?.["reasoning_format"] ?? "none";
  const known = knownReasoning(templateText, chat, { isApart: isApart || format !== "none", hasReasoned });
  session.manner = {
    ...session.manner,
    reasoning: known.reasoning,
    mayBeOpened: templateText === null && known.reasoning === null,
    facts: {
      ...facts,
      unsent: unsentOf(facts, { ...sampling, seed: 0 }, refused),
      told: told.sampling === null ? facts.told : toldSampling(told.sampling),
      tellsPrompt: told.promptTokens !== null,
    },
  };
  return known;
}
