import { expect, it } from "vitest";
import type { ReadArm } from "../../../src/reading/runs.ts";
import { byModelAndSetting } from "../../../src/report/suite/measured-arm.ts";
import type { ServerFacts } from "../../../src/serving/facts.ts";
import type { RunRecord } from "../../../src/store/rows.ts";
import { madeRows, madeRun } from "../runs.ts";

const server: ServerFacts = {
  api: "openai",
  url: "http://127.0.0.1:8080/v1",
  isRemote: false,
  kind: "llama.cpp",
  version: "b1",
  model: "tiny",
  digest: null,
  fileSha256: "ab".repeat(32),
  filePath: null,
  contextLength: 4096,
  slots: 2,
  unsent: [],
  told: null,
  tellsPrompt: true,
};
const here = { kvTypeK: "f16", kvTypeV: "f16", flashAttention: true, backendUsed: "cpu" } as const;
const untold = { kvTypeK: null, kvTypeV: null, flashAttention: null, backendUsed: null } as const;

function armOf(arm: string, run: Partial<RunRecord>): ReadArm {
  const rows = [madeRows(madeRun(run), [])];
  return {
    experiment: "x",
    arm,
    within: { role: "control" },
    group: { rows, leftOut: [], speeds: [], failed: null },
  };
}

it("tells arms of one file in this process and behind a server apart by that, not by what the server does not tell", () => {
  const arms = ["own", "healed"].flatMap((arm) => [
    armOf(arm, { ...untold, server, engine: "openai" }),
    armOf(arm, here),
  ]);
  expect(byModelAndSetting(arms).map(({ name }) => name)).toEqual([
    "own, via llama.cpp",
    "healed, via llama.cpp",
    "own",
    "healed",
  ]);
});

it("tells them apart by their settings, too, where those differ", () => {
  const arms = [
    armOf("own", here),
    armOf("own", { ...here, kvTypeK: "q8_0" }),
    armOf("own", { ...untold, server, engine: "openai" }),
  ];
  expect(byModelAndSetting(arms).map(({ name }) => name)).toEqual([
    "own, kvTypeK f16",
    "own, kvTypeK q8_0",
    "own, via llama.cpp",
  ]);
});
