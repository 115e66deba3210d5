import { describe, expect, it } from "vitest";
import { createProgress } from "../../src/cli/progress.ts";
import type { TrialProgress } from "../../src/runs/trial.ts";
import { longhaul, temporaryFolder } from "./longhaul.ts";
import { join } from "node:path";

const folder = temporaryFolder();

describe("progress", () => {
  it.each(["first-error", "end"])("counts to what was played, --until %s", async (until) => {
    const args = ["--rollouts", "16", "--turns", "30", "--until", until, "--db", join(folder, "w.db")];
    const { stderr } = await longhaul("run", "--engine", "scripted:p=0.9", ...args);
    expect(stderr).toMatch(/: (\d+)\/\1 turns, .* \| 0 s left$/m);
    expect(stderr.includes("480/480 turns")).toBe(until === "end");
  });

  it.each(["p=0.9,decode-ms=10", "p=1,decode-ms=7.5,prefill-ms=2,depth-ms=3"])(
    "ends with the decode rate of the summary, by its name: %s",
    async (spec) => {
      const args = ["--rollouts", "6", "--turns", "20", "--parallel", "4", "--db", join(folder, "r.db")];
      const { stdout, stderr } = await longhaul("run", "--engine", `scripted:${spec}`, ...args);
      const [, told] = /decode ([\d,.]+) tokens\/s \| 0 s left$/m.exec(stderr) ?? [];
      expect(told).toBeDefined();
      expect(stdout).toMatch(new RegExp(`speed +prefill [^,]+.*, decode ${told} [^\n]*tokens/s together`));
    },
  );

  it("takes the time that is left from what the last turns took, for those that can still come", () => {
    // 16 rollouts, one second a wave; from turn 21 on one of them is left.
    const lines = linesOf(
      Array.from({ length: 60 }, (_, wave) => ({
        turnsDone: Math.min(wave + 1, 20) * 16 + Math.max(0, wave - 19),
        turnsTotal: wave < 20 ? 16 * 200 : 20 * 16 + 180,
        elapsedMs: (wave + 1) * 1000,
        endsEarly: true,
      })),
    );
    expect(lines[0]).toMatch(/160\/3200 turns.*at most 3 min 10 s left/);
    expect(lines.at(-1)).toMatch(/360\/500 turns.*at most 2 min 20 s left/);
  });
});

/** What a stream that is no terminal is told. */
function linesOf(updates: readonly Partial<TrialProgress>[]): string[] {
  let text = "";
  const stream = { isTTY: false, write: (part: string) => (text += part) };
  const view = createProgress(stream as unknown as NodeJS.WriteStream, false);
  view.start("m");
  for (const update of updates)
    view.update({
      phase: "running",
      turnsDone: 0,
      turnsTotal: 0,
      endsEarly: false,
      turnsRight: 0,
      survivors: 1,
      rollouts: 16,
      decodeTokensPerSecond: 1,
      batches: 1,
      elapsedMs: 0,
      unreadable: null,
      forecast: null,
      ...update,
    });
  return text.trimEnd().split("\n");
}
