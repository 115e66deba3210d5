import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Chaos, disturbed, unbroken } from "../../bench/durability/disturbed.ts";
import { Random } from "../../src/random.ts";
import { main, temporaryFolder } from "./longhaul.ts";

const folder = temporaryFolder();
const fine = { lost: 0, isSame: true, holds: true };

/** More of them, and on a real model: bench/durability/chaos.ts. */
describe("a run that is killed again and again", { timeout: 120_000 }, () => {
  it.each([
    ["a simulated model", 15, ["--engine", "scripted:p=0.9,delay-ms=60", "--rollouts", "6", "--turns", "12"]],
    [
      "a model file",
      5,
      ["models/longhaul-ref-late.gguf", "--rollouts", "5", "--turns", "30", "--threads", "1"],
    ],
  ])("has the rows of one that nobody disturbed: %s", async (name, kills, args) => {
    const chaos: Chaos = {
      main,
      args: [...args, "--parallel", "3"],
      random: new Random(19, name),
      stopMs: 300,
      older: null,
    };
    const whole = await unbroken(chaos, join(folder, `${name}.db`));
    let done = 0;
    for (let run = 0; done < kills; run++) {
      const one = await disturbed(chaos, whole, join(folder, `${name}-${run}.db`), Math.min(5, kills - done));
      expect(one, one.kills.join("; ")).toMatchObject(fine);
      done += Math.max(1, one.kills.length);
    }
  });
});
