import { copyFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { main, longhaul, query, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const db = join(folder, "prompts.db");
const model = join(folder, "reference.gguf");
copyFileSync(join(main, "../../models/longhaul-ref-early.gguf"), model);
const size = ["--rollouts", "2", "--turns", "8", "--threads", "1", "--quiet"];

interface Prompt {
  readonly turn: number;
  readonly text: string | null;
  readonly tokenIds: number[] | null;
  readonly promptTokens: number | null;
  readonly messages: { role: string; content: string }[];
}

async function shown(...args: string[]): Promise<Prompt> {
  const { stdout, stderr, code } = await longhaul("show", ...args, "--prompt", "--json");
  expect([code, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Prompt;
}

describe("run --print-prompt", () => {
  it("prints the very prompt that the run's first turn is given, and writes nothing", async () => {
    const file = join(folder, "untouched.db");
    const histories = [
      ["--history", "own"],
      ["--history", "injected:rate=0.5", "--probe", "6,8"],
    ];
    for (const [index, history] of histories.entries()) {
      const own = join(folder, `${index}.db`);
      const before = await longhaul(
        "run",
        model,
        ...size,
        ...history,
        "--db",
        file,
        "--print-prompt",
        "--json",
      );
      expect([before.code, existsSync(file)]).toEqual([0, false]);
      const { prompts } = JSON.parse(before.stdout) as {
        prompts: (Prompt & { model: string; error: null })[];
      };
      expect(prompts).toMatchObject([{ model: "reference", error: null }]);
      await longhaul("run", model, ...size, ...history, "--db", own);
      const after = await shown(
        "1",
        "--rollout",
        "0",
        "--turn",
        history.includes("--probe") ? "6" : "1",
        "--db",
        own,
      );
      expect(after.tokenIds).toEqual(prompts[0]?.tokenIds);
      expect(after.text).toBe(prompts[0]?.text);
      expect(after.promptTokens).toBe(after.tokenIds?.length);
    }
  });

  it("says of a model that it cannot be asked, and of a simulated one what it is told", async () => {
    const broken = join(folder, "broken.gguf");
    writeFileSync(broken, "not a model");
    const { code, stdout, stderr } = await longhaul("run", broken, model, "--print-prompt");
    expect([code, stdout.match(/a prompt of \d+ tokens/g)?.length]).toEqual([1, 1]);
    expect(stderr).toMatch(/longhaul: .*broken\.gguf/);
    const simulated = await longhaul("run", "--engine", "scripted:p=1", "--print-prompt");
    expect(simulated.stdout).toMatch(
      /^scripted:p=1: messages, this engine has no token ids\n\nsystem:\nYou keep/,
    );
    expect(simulated.stdout).toMatch(/\n\nuser:\n\w+\n$/);
  });
});

describe("show --prompt", () => {
  const histories = ["own", "window:3", "recap"];

  beforeAll(async () => {
    for (const history of histories) await longhaul("run", model, ...size, "--history", history, "--db", db);
  }, 60_000);

  it.each(histories.map((history, index) => [history, index + 1] as const))(
    "makes the last prompt of a %s history again, as many tokens as its row counted",
    async (_, run) => {
      const prompt = await shown(String(run), "--rollout", "1", "--db", db);
      expect([prompt.turn, prompt.promptTokens]).toEqual([8, prompt.tokenIds?.length]);
    },
  );

  it("shows the model's own words as they were, and the text before the ids", async () => {
    const [said] = await query(db, "SELECT text FROM turn WHERE run_id = 1 AND rollout = 1 AND turn = 7");
    const { stdout } = await longhaul("show", "1", "--rollout", "1", "--prompt", "--db", db);
    expect(stdout).toMatch(/^run 1, rollout 1, turn 8, reference: a prompt of \d+ tokens\n\n<\|system\|>You/);
    expect(stdout).toContain(`${String(said?.["text"])}<|end|>`);
    expect(stdout).toMatch(/<\|assistant\|>\n\ntoken ids: \d+( \d+)+\n$/);
  });

  it.each([
    ["no rollout", ["1", "--prompt"], /--prompt: of which rollout\? Add --rollout 0\./],
    [
      "a turn that is none",
      ["1", "--rollout", "0", "--prompt", "--turn", "x"],
      /--turn x: must be a whole number/,
    ],
    [
      "a turn that is not there",
      ["1", "--rollout", "0", "--prompt", "--turn", "9"],
      /run 1: turn 9 of rollout 0 is not finished/,
    ],
    [
      "a rollout that is not there",
      ["1", "--rollout", "7", "--prompt"],
      /run 1: rollout 7 has no finished turn/,
    ],
    [
      "a turn without a prompt",
      ["1", "--rollout", "0", "--turn", "1"],
      /--turn "1": is that of a prompt\. Add --prompt\./,
    ],
  ])("refuses %s", async (_, args, message) => {
    const { code, stdout, stderr } = await longhaul("show", ...args, "--db", db);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
  });

  it("tells nothing of a file that is another one by now", async () => {
    const [own, moved] = [join(folder, "changed.db"), join(folder, "changed.gguf")];
    copyFileSync(model, moved);
    await longhaul("run", moved, ...size, "--db", own);
    copyFileSync(join(main, "../../models/longhaul-ref-late.gguf"), moved);
    const { code, stdout, stderr } = await longhaul("show", "1", "--rollout", "0", "--prompt", "--db", own);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("run 1: changed.gguf is another file today. See longhaul verify 1.");
  });
});
