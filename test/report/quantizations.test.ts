import { describe, expect, it } from "vitest";
import { agreementSentence } from "../../src/report/sentences/quantizations.ts";

const counted = { lesser: "small", reference: "full", turns: 464, same: 430, neitherRead: 0, gap: null };
const worse = { ...counted, onlyLesser: 4, onlyReference: 12, worse: 0.017, low: 0.0008, high: 0.0337 };
const better = { ...counted, onlyLesser: 12, onlyReference: 4, worse: -0.017, low: -0.0337, high: -0.0008 };

describe("agreementSentence", () => {
  it("calls one worse, or better, only where the pair's test shows it", () => {
    const saidOf = (found: typeof worse, isShown: boolean): string =>
      agreementSentence({ ...found, isShown }).replace(/.* the other way: /, "");
    expect(saidOf(worse, true)).toBe("0.1 to 3.4 points worse (95 %).");
    expect(saidOf(worse, false)).toBe("at most 3.4 points worse (95 %).");
    expect(saidOf(better, true)).toBe("0.1 to 3.4 points better (95 %).");
    expect(saidOf(better, false)).toBe("at most 0.0 points worse (95 %).");
  });

  it("speaks of the gap only where its interval excludes 0", () => {
    const saidOf = (low: number, high: number): string =>
      agreementSentence({
        ...worse,
        isShown: false,
        gap: { n: 9, clusters: 3, mean: (low + high) / 2, low, high },
      });
    expect(saidOf(-1.2, -0.8)).toContain("is smaller by 1.00 (0.80 to 1.20) in log-odds (95 %).");
    expect(saidOf(-1.2, 0.2)).not.toContain("gap");
  });
});
