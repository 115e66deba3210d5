import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { verifyRuns } from "../../../src/audit/verify.ts";
import { plainTemplate } from "../../../src/chat/plain-template.ts";
import { type Settings, standardSettings } from "../../../src/settings/settings.ts";
import { sha256Of } from "../../../src/sha256.ts";
import { openDatabase } from "../../../src/store/database.ts";
import { playForced } from "./forced-trial.ts";
import { tinyVocabSize, writeTinyLlama } from "./tiny-llama.ts";

const folder = mkdtempSync(join(tmpdir(), "longhaul-wording-"));
const database = openDatabase(join(folder, "wording.db"));
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const settings: Settings = { ...standardSettings, rollouts: 1, turns: 12, threads: 1, gpu: "off" };

/** Bytes are the tiny model's tokens. */
const bytes = (text: string): number[] => [...Buffer.from(text)];

/** A token in which one turn ends and the next begins. */
const acrossTurns = "!\nUser:";

interface Row {
  readonly turn: number;
  readonly attempt: number;
  readonly text: string;
  readonly stop: string;
  readonly answer_form: string | null;
  readonly again_reason: string | null;
  readonly prompt_tokens: number;
  readonly prefilled_tokens: number;
}

/** Plays a model whose every reply is this text; null: whatever it says. */
async function play(
  template: string,
  reply: string | readonly number[] | null,
  change: Partial<Settings> = {},
  limit = 200,
) {
  const path = join(folder, `${sha256Of(template)}.gguf`);
  writeTinyLlama(path, { marks: [acrossTurns], metadata: { "tokenizer.chat_template": template } });
  const ids = typeof reply === "string" ? bytes(reply) : reply;
  const replies = ids === null ? [] : [{ ids, hasBudget: false }];
  const forced = await playForced(database, path, { ...settings, ...change }, limit, replies, 1);
  expect(forced.end).toEqual({ status: "complete", error: null, broken: null });
  const [verified] = await verifyRuns(database, [forced.runId], {
    onHash: () => undefined,
    onTurns: () => undefined,
  });
  expect(verified).toMatchObject({ holds: true, findings: [] });
  const rows = database
    .prepare("SELECT * FROM turn WHERE run_id = ? ORDER BY turn, attempt")
    .all(forced.runId) as Row[];
  return { rows, chat: forced.info.chat };
}

const marked =
  "{% for m in messages %}{{ '<|' + m.role + '|>' + m.content + '<|end|>' }}{% endfor %}" +
  "{% if add_generation_prompt %}<|assistant|>{% endif %}";

describe("a base model in the plain format", () => {
  it("ends where it goes on with a turn of its own making, which nobody reads or sees again", async () => {
    const { rows, chat } = await play(plainTemplate, " 5\nUser: about\nAssistant: <answer>6</answer>");
    expect(chat?.turnStarts).toEqual(["\nUser:", "\nAssistant:"]);
    expect(rows.map(({ text }) => text)).toEqual(rows.map(() => " 5"));
    expect(rows.map(({ stop }) => stop)).toEqual(rows.map(() => "turn"));
    expect(rows.slice(1).map(({ again_reason }) => again_reason)).toEqual(rows.slice(1).map(() => null));
    // What is said, the next question and the frame: nothing of the invention.
    const steps = rows.slice(1).map((row, index) => row.prompt_tokens - (rows[index]?.prompt_tokens ?? 0));
    expect(Math.max(...steps)).toBeLessThan(" 5\nUser: \nAssistant:".length + 16);
  });

  it("sees its own spaces and no others, however long it goes on", async () => {
    const { rows } = await play(plainTemplate, "  <answer>5</answer>", { turns: 60 });
    expect(new Set(rows.slice(1).map(({ answer_form }) => answer_form))).toEqual(new Set(["edges"]));
    const [first] = rows;
    const frame = "\nUser: \nAssistant:".length;
    for (const row of rows.slice(1)) {
      const asked = row.prefilled_tokens - frame - 1;
      expect(asked).toBeGreaterThan(0);
      expect(asked).toBeLessThan(16);
      expect(row.text).toBe(first?.text);
    }
  });
});

describe("what a turn's row says of the words before", () => {
  it.each([
    ["as they were", marked, "exact", null],
    ["but for white space", marked.replace("m.content", "m.content | trim"), "edges", null],
    ["otherwise", marked.replace("m.content", "(m.content | upper)"), "rewritten", "answer"],
  ])("%s", async (_what, template, form, reason) => {
    const { rows } = await play(template, " <answer>5</answer>", { turns: 4 });
    expect(rows.map(({ answer_form }) => answer_form)).toEqual([null, form, form, form]);
    expect(rows.map(({ again_reason }) => again_reason)).toEqual([null, reason, reason, reason]);
  });

  it("says that they are evaluated again where they end within a token", async () => {
    const { rows } = await play(plainTemplate, [...bytes("5"), tinyVocabSize], { turns: 3 });
    expect(rows.map(({ text, stop }) => [text, stop])).toEqual(rows.map(() => ["5!", "turn"]));
    expect(rows.map(({ again_reason }) => again_reason)).toEqual([null, "answer", "answer"]);
  });

  it("says that a template changes earlier turns, and warns of one that moves the instructions", async () => {
    const moves =
      "{% for m in messages[1:] %}{{ '<|' + m.role + '|>' }}{% if loop.last %}{{ messages[0].content }}{% endif %}" +
      "{{ m.content + '<|end|>' }}{% endfor %}<|assistant|>";
    const { rows, chat } = await play(moves, "<answer>5</answer>", { turns: 3 });
    expect(chat?.history).toBe("moves");
    expect(rows.map(({ again_reason }) => again_reason)).toEqual([null, "template", "template"]);
  });

  it("says that the history shows something else", async () => {
    const healed = await play(marked, "<answer>5</answer>", { turns: 3, history: "healed" });
    expect(healed.rows.map(({ again_reason }) => again_reason)).toEqual([null, "history", "history"]);
    const window = await play(marked, "<answer>5</answer>", { turns: 4, history: "window:1" });
    expect(window.rows.map(({ again_reason }) => again_reason)).toEqual([null, null, "history", "history"]);
  });

  it("says that another sample stands than the one that was drawn last", async () => {
    const { rows } = await play(marked, null, { turns: 6, votes: "majority:3", temperature: 3 }, 8);
    const reasons = rows.filter(({ attempt }) => attempt === 1).map(({ again_reason }) => again_reason);
    expect(new Set(reasons.slice(1))).toEqual(new Set(["sample"]));
  });
});
