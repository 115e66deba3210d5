import { describe, expect, it } from "vitest";
import { armFacts } from "../../src/reading/arm-facts.ts";
import { contrastsOf } from "../../src/report/suite/contrasts.ts";

function pairs(kind: string, arms: readonly string[]): string[] {
  const named = arms.map((arm) => ({ arm, within: armFacts(kind, arm, {}) }));
  return contrastsOf(kind, named).map(({ control, arm }) => `${arm} against ${control}`);
}

describe("what is set against what", () => {
  it("is each arm and the control of its own setting", () => {
    expect(
      pairs("format", ["free form, a", "integer grammar, a", "free form, b", "integer grammar, b"]),
    ).toEqual(["integer grammar, a against free form, a", "integer grammar, b against free form, b"]);
    expect(pairs("format", ["free form, a", "integer grammar, b"])).toEqual([]);
  });

  it("is the first task of its setting for ablations of which no row says what the control was", () => {
    expect(pairs("ablations", ["addition, a", "dict-sum, a", "addition, b", "dict-sum, b"])).toEqual([
      "dict-sum, a against addition, a",
      "dict-sum, b against addition, b",
    ]);
    const named = ["addition", "dict-sum"].map((arm, index) => ({
      arm,
      within: { role: index === 1 ? ("control" as const) : ("arm" as const) },
    }));
    expect(contrastsOf("ablations", named)).toMatchObject([{ control: "dict-sum", arm: "addition" }]);
  });

  it("is a check and thought alone, too, whatever they are called", () => {
    const roles = ["control", "thought", "arm", "check", "thought"] as const;
    const named = roles.map((role, index) => ({ arm: String(index), within: { role } }));
    const checks = contrastsOf("mitigations", named).filter(({ arm }) => arm === "3");
    expect(checks.map(({ control, isMain }) => [control, isMain])).toEqual([
      ["0", true],
      ["1", false],
      ["4", false],
    ]);
  });

  it("is a check and the thought of its own kind, where rows say which that is", () => {
    const named = (["thought", "check"] as const).flatMap((role) =>
      ["cot", "thinking"].map((mode) => ({ arm: `${role} ${mode}`, within: { role, mode } })),
    );
    const control = { arm: "control", within: { role: "control" as const } };
    const others = contrastsOf("mitigations", [control, ...named]).filter(({ isMain }) => !isMain);
    expect(others.map((one) => [one.arm, one.control])).toEqual([
      ["check cot", "thought cot"],
      ["check thinking", "thought thinking"],
    ]);
  });
});
