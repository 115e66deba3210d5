import type { HistoryMessage, OwnAnswer } from "../chat/message.ts";
import { UsageError } from "../errors.ts";
import { readTokenTexts, type TokenTexts } from "../gguf/token-text.ts";
import { Inspector } from "../runs/inspector.ts";
import type { Database } from "../store/database.ts";
import type { RunRecord } from "../store/rows.ts";
import { type StoredTurn, storedTurns } from "../store/stored-rows.ts";
import { type AskedTurn, askedAgain } from "./asked-again.ts";
import { modelThatRan } from "./model-that-ran.ts";

/** What was put to a model in one turn, made again from the rows. */
export interface StoredPrompt {
  readonly turn: number;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** As the model saw it, special tokens as text; null: the engine knew messages alone. */
  readonly text: string | null;
  readonly tokenIds: readonly number[] | null;
  /** What the row counted; null: the engine did not tell. */
  readonly promptTokens: number | null;
}

/**
 * The prompt of a stored turn: the messages from the seed and the texts, each of the model's own answers as the ids that it
 * generated, worded by the model's file as when it ran. Runs native code, in a child.
 *
 * @param wanted null: the last turn that was finished
 * @throws UsageError where the turn is not there, or where it cannot be told any more
 */
export async function storedPrompt(
  database: Database,
  run: RunRecord,
  rollout: number,
  wanted: number | null,
): Promise<StoredPrompt> {
  const turns = storedTurns(database, run.id, rollout);
  const last = wanted === null ? turns.at(-1) : turns.find(({ turn }) => turn === wanted);
  if (last === undefined)
    throw new UsageError(
      `run ${run.id}: ${wanted === null ? `rollout ${rollout} has no finished turn` : `turn ${wanted} of rollout ${rollout} is not finished`}.`,
    );
  const asked = askedAgain(database, run, rollout, turns, last.turn);
  const [final] = asked.slice(-1);
  if (final === undefined || final.turn.turn !== last.turn)
    throw new UsageError(`run ${run.id}: its rows do not follow one another. See longhaul verify ${run.id}.`);
  const told = { turn: last.turn, messages: final.messages.map(({ role, content }) => ({ role, content })) };
  const { promptTokens } = last;
  if (run.engine !== "llama") return { ...told, text: null, tokenIds: null, promptTokens };
  return { ...told, ...(await worded(database, run, asked)), promptTokens };
}

/** Words them one after the other: what an answer went on from stands in the prompt of its own turn. */
async function worded(
  database: Database,
  run: RunRecord,
  asked: readonly AskedTurn[],
): Promise<Pick<StoredPrompt, "text" | "tokenIds">> {
  const { path, template } = await modelThatRan(database, run);
  const texts = asked.some(({ turn }) => turn.stop === "turn") ? await readTokenTexts(path) : null;
  const inspector = new Inspector();
  const answers = new Map<number, OwnAnswer>();
  const withOwn = ({ role, content, turnIndex }: AskedTurn["messages"][number]): HistoryMessage => {
    const own = turnIndex === undefined ? undefined : answers.get(turnIndex);
    return own === undefined ? { role, content } : { role, content, own };
  };
  try {
    let prompt: Pick<StoredPrompt, "text" | "tokenIds"> = { text: null, tokenIds: null };
    for (const { turn, messages } of asked) {
      const job = { modelPath: path, template, settings: run.settings, messages: messages.map(withOwn) };
      const { text, tokenIds, generation } = await inspector.prompt(job);
      prompt = { text, tokenIds };
      answers.set(turn.turn - 1, { text: turn.text, ids: ownIds(turn, texts), generation });
    }
    return prompt;
  } finally {
    inspector.close();
  }
}

/** The generated ids of exactly a turn's text; null: they cannot be told. */
function ownIds({ tokenIds, stop, text }: StoredTurn, texts: TokenTexts | null): readonly number[] | null {
  if (!Array.isArray(tokenIds)) return null;
  const ids = tokenIds as readonly number[];
  if (stop === "eog") return ids.slice(0, -1);
  if (stop !== "turn") return ids;
  // Behind what was said stand the ids of an invented turn. A vocabulary may put a blank before the first word.
  for (let length = ids.length; length >= 0; length--) {
    const said = texts?.textOf(ids.slice(0, length));
    if (said === text || said === ` ${text}`) return ids.slice(0, length);
  }
  return null;
}
