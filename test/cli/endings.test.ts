import { join } from "node:path";
import { expect, it } from "vitest";
import { compareSchema } from "../../src/figures/compare-schema.ts";
import { commandLine } from "../register/command-line.ts";
import { temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();

/** Two models, one of which may end a rollout at its first error. */
async function compared(name: string, ...flags: readonly string[]) {
  const db = join(folder, `${name}.db`);
  const runs = [
    ["weak", "p=0.9", []],
    ["strong", "p=0.99", flags],
  ] as const;
  for (const [label, spec, own] of runs) {
    const size = ["--rollouts", "60", "--turns", "40", "--quiet"];
    const { code } = await commandLine(
      ["run", "--engine", `scripted:${spec}`, "--name", label, ...size, ...own],
      db,
    );
    expect(code).toBe(0);
  }
  const { stdout } = await commandLine(["compare", "--json"], db);
  const text = await commandLine(["compare", "--metric", "accuracy"], db);
  return { ...compareSchema.parse(JSON.parse(stdout)), text: text.stdout };
}

it("horizons and tests are the same wherever rollouts end, turn accuracy is not", async () => {
  const [whole, mixed] = await Promise.all([compared("whole"), compared("mixed", "--until", "first-error")]);
  const strong = ({ groups }: typeof whole) => groups.find(({ label }) => label === "strong");
  expect(mixed.groups).toHaveLength(2);
  expect(strong(mixed)?.horizons).toEqual(strong(whole)?.horizons);
  expect(mixed.pairs[0]?.isShown).toBe(true);
  for (const figure of ["pValue", "turns", "pairedRollouts", "ratio", "mcNemar", "verdict"] as const)
    expect(mixed.pairs[0]?.[figure], figure).toEqual(whole.pairs[0]?.[figure]);
  expect(strong(mixed)?.turnAccuracyOf).toBe("survivors");
  expect(strong(mixed)?.overallTurnAccuracy.n).toBeLessThan(strong(whole)?.overallTurnAccuracy.n ?? 0);
  expect(mixed.text).toContain("of survivors");
  expect(whole.text).not.toContain("of survivors");
});

it("a limit on turn accuracy is refused where it is of survivors, one on a horizon is not", async () => {
  const db = join(folder, "mixed.db");
  const judged = (limit: string) => commandLine(["compare", "--fail-under", limit], db);
  expect(await judged("accuracy=0.5")).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/rollouts of strong ended at their first error/) as unknown,
  });
  expect((await judged("h50=2")).code).toBe(0);
});
