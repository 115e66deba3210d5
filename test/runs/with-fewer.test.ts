import { describe, expect, it } from "vitest";
import type { EngineEnd } from "../../src/runs/engine-end.ts";
import type { PreparedModel } from "../../src/runs/prepare.ts";
import { withFewer } from "../../src/runs/with-fewer.ts";

const candidate = (parallel: number): PreparedModel =>
  ({ fit: { parallel, line: null, warnings: [] } }) as unknown as PreparedModel;

const crash = (cause: EngineEnd["cause"], phase: EngineEnd["phase"]): EngineEnd => ({
  cause,
  phase,
  signal: null,
  exitCode: null,
  lastLines: [],
});

describe("a trial is tried again with half the conversations", () => {
  it.for([
    ["fault", "running"],
    ["abort", "prefix"],
    ["memory", "loading"],
  ] as const)("after its process ended by %s while %s", ([cause, phase]) => {
    expect(withFewer(candidate(5), crash(cause, phase), [7])?.fit).toMatchObject({
      parallel: 2,
      warnings: [expect.stringContaining("crashed with 5 conversations at a time (run 7)")],
    });
  });

  it.for([
    ["abort", "loading"],
    ["killed", "running"],
    ["hung", "running"],
    ["interrupt", "running"],
    ["exit", "running"],
  ] as const)("but not after %s while %s", ([cause, phase]) => {
    expect(withFewer(candidate(8), crash(cause, phase), [7])).toBeNull();
  });

  it("but not where there is one, nor a third time", () => {
    expect(withFewer(candidate(1), crash("memory", "running"), [7])).toBeNull();
    expect(withFewer(candidate(2), crash("memory", "running"), [5, 6, 7])).toBeNull();
    expect(withFewer(candidate(2), null, [7])).toBeNull();
  });
});
