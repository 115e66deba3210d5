import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rescoreRun } from "../../../src/audit/rescore.ts";
import { verifyRuns } from "../../../src/audit/verify.ts";
import { type Settings, standardSettings } from "../../../src/settings/settings.ts";
import { type Database, openDatabase } from "../../../src/store/database.ts";
import { getRun } from "../../../src/store/queries.ts";
import { tasks } from "../../../src/tasks/index.ts";
import { currentParser } from "../../../src/tasks/parsers.ts";
import { type ForcedReply, type ForcedRun, playForced } from "./forced-trial.ts";
import { messageEnd, type ReasoningFamily, reasoningFamilies, templateOf } from "./reasoning-families.ts";
import { writeTinyLlama } from "./tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-test-"));
let database: Database;
beforeAll(() => {
  database = openDatabase(join(folder, "families.db"));
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const turns = 10;
const thought = "<answer>5</answer>?";
const answer = "<answer>7</answer>";
const settings: Settings = {
  ...standardSettings,
  turns,
  threads: 1,
  gpu: "off",
  thinking: "on",
};

/** Token ids of a text: marks that are tokens as those, all else byte by byte. */
function encoderOf(marks: readonly string[]): (text: string) => number[] {
  const base = ["<|system|>", "<|user|>", "<|assistant|>", "<|end|>"];
  const ids = new Map([...base, ...marks].map((mark, index) => [mark, 256 + index]));
  const pattern = new RegExp(
    `(${[...ids.keys()].map((mark) => mark.replaceAll(/[[\]|]/g, "\\$&")).join("|")})`,
  );
  return (text) => text.split(pattern).flatMap((part) => ids.get(part) ?? [...Buffer.from(part)]);
}

/** A run of a family's model, a conversation for each reply. */
async function play(
  family: ReasoningFamily,
  isOpened: boolean,
  budget: number,
  replies: readonly ForcedReply[],
) {
  const path = join(folder, `${family.name}-${isOpened ? "opened" : "own"}.gguf`);
  writeTinyLlama(path, {
    marks: [messageEnd, ...family.marks],
    metadata: {
      "llama.context_length": 4096,
      "tokenizer.chat_template": templateOf(family, isOpened),
      "tokenizer.ggml.eos_token_id": 260,
    },
  });
  const limit = Math.max(...replies.map(({ ids }) => ids.length));
  const run = await playForced(
    database,
    path,
    { ...settings, thinkingBudget: budget, rollouts: replies.length },
    limit,
    replies,
  );
  expect(run.end).toEqual({ status: "complete", error: null, broken: null });
  return { run, limit };
}

/** Rows of one conversation. */
function rowsOf(runId: number, rollout: number) {
  return database
    .prepare("SELECT * FROM turns WHERE run_id = ? AND rollout = ? ORDER BY turn")
    .all(runId, rollout) as {
    readonly turn: number;
    readonly keys: string;
    readonly class: string;
    readonly answer: number | null;
    readonly reasoning_tokens: number;
    readonly reused_tokens: number;
    readonly prefilled_tokens: number;
    readonly prompt_tokens: number;
    readonly again_reason: string | null;
  }[];
}

/** Section by section: what was judged, how many tokens were reasoning, and what each turn evaluated. */
function checkRollout(
  { runId, results }: ForcedRun,
  rollout: number,
  due: { readonly answer: number | null; readonly class?: string; readonly reasoning: number },
  frame: (question: string) => number,
): void {
  const rows = rowsOf(runId, rollout);
  expect(rows).toHaveLength(turns);
  for (const [index, row] of rows.entries()) {
    expect(row).toMatchObject({ answer: due.answer, reasoning_tokens: due.reasoning });
    if (due.class !== undefined) expect(row.class).toBe(due.class);
    const before = results[rollout]?.[index - 1];
    if (before === undefined) continue;
    const question = tasks["dict-sum"].question(JSON.parse(row.keys) as string[]);
    expect(row.again_reason).toBeNull();
    expect(row.prefilled_tokens).toBe(1 + frame(question));
    expect(row.reused_tokens).toBe(before.promptTokens + before.tokenIds.length - 1);
  }
}

async function checkAudits(runId: number): Promise<void> {
  const [verified] = await verifyRuns(database, [runId], {
    onHash: () => undefined,
    onTurns: () => undefined,
  });
  expect(verified).toMatchObject({ holds: true, findings: [] });
  const run = getRun(database, runId);
  if (run === null) throw new Error("no run");
  expect(rescoreRun(database, run, currentParser, true)).toMatchObject({
    added: 0,
    changed: [],
    contradicted: 0,
  });
}

describe.each(reasoningFamilies)("a model that reasons like $name", (family) => {
  const { start, closing, end, header, opener } = family;
  const upTo = closing.slice(0, closing.indexOf(end) + end.length);

  const encode = encoderOf([messageEnd, ...family.marks]);
  /** Marks in several tokens: letters by their bytes. The grammar takes no part of a character, so those stay out. */
  const spell = (text: string): number[] => [...Buffer.from(text)];
  const canBeSpelled = /^\p{ASCII}*$/u.test(start);

  it.each([false, true])("is judged by what stands behind it, opened by the prompt: %s", async (isOpened) => {
    const begun = isOpened ? "" : start;
    const reply = begun + thought + closing + answer;
    const within = begun + thought + upTo;
    const budget = encode(begun).length + 8;
    const longest = Math.max(encode(reply).length, isOpened || !canBeSpelled ? 0 : spell(reply).length) + 1;
    const { run, limit } = await play(family, isOpened, budget, [
      { ids: encode(reply), hasBudget: false },
      { ids: encode(begun + thought.repeat(9)).slice(0, longest), hasBudget: false },
      { ids: [...encode(begun + thought).slice(0, budget), ...encode(answer)], hasBudget: true },
      ...(isOpened || !canBeSpelled ? [] : [{ ids: spell(reply), hasBudget: false }]),
    ]);
    const reasoning = run.info.chat?.reasoning;
    expect(reasoning).toMatchObject({ isOpened });
    expect(reasoning?.ends[0]).toBe(end);
    const frame = (question: string) =>
      encode(`${messageEnd}<|user|>${question}${messageEnd}${header}${isOpened ? opener : ""}`).length;
    checkRollout(run, 0, { answer: 7, reasoning: encode(within).length }, frame);
    const open = { answer: null, class: "reasoning_unclosed", reasoning: limit };
    checkRollout(run, 1, open, (question) => encode(closing).length + frame(question));
    checkRollout(run, 2, { answer: 7, reasoning: budget }, frame);
    if (!isOpened && canBeSpelled)
      checkRollout(run, 3, { answer: 7, reasoning: spell(within).length }, frame);
    await checkAudits(run.runId);
  });
});
