import { describe, expect, it } from "vitest";
import { baseName } from "../../../src/reading/quantizations.ts";
import { quantizationFamilies } from "../../../src/report/page/families.ts";
import { madeSettings } from "../runs.ts";
import { madeGroup, madePair } from "./made-groups.ts";

function group(name: string, quantization: string, more: { readonly parameters?: number } = {}) {
  return madeGroup({ label: name, model: { name, quantization, sha256: name, ...more } });
}

describe("baseName", () => {
  it.each([
    ["Qwen2.5-0.5B-Instruct-Q4_K_M", "qwen2.5-0.5b-instruct"],
    ["qwen2.5-0.5b-instruct-q8_0", "qwen2.5-0.5b-instruct"],
    ["Qwen2.5-0.5B-Instruct.i1-IQ3_XXS", "qwen2.5-0.5b-instruct"],
    ["Qwen2.5-0.5B-Instruct-UD-Q4_K_XL", "qwen2.5-0.5b-instruct"],
    ["Qwen2.5-0.5B-Instruct", "qwen2.5-0.5b-instruct"],
    ["tiny BF16", "tiny"],
    ["tiny_f16", "tiny"],
    ["tiny-fp16", "tiny"],
    ["tiny-q4", "tiny"],
    ["tiny-4bit", "tiny"],
    ["tiny-mxfp4_moe", "tiny"],
    ["tiny-TQ1_0", "tiny"],
    ["tiny-Q4_0_4_8", "tiny"],
    ["tiny-Q5_1-v2", "tiny v2"],
  ])("takes the quantization out of %s", (name, base) => {
    expect(baseName(name)).toBe(base);
  });

  it("leaves what names another model", () => {
    expect(baseName("q4you-chat")).toBe("q4you-chat");
    expect(baseName("tiny-v2-Q4_0")).not.toBe(baseName("tiny-Q8_0"));
    expect(baseName("tiny-imat-lora-Q4_0")).not.toBe(baseName("tiny-Q8_0"));
  });

  it.each(["ggml-model-q4_0", "model-F16", "Q8_0", "model"])("knows no model of %s", (name) => {
    expect(baseName(name)).toBeNull();
  });
});

describe("quantizationFamilies", () => {
  it("puts quantizations of one model together, and unlike models of one size apart", () => {
    const groups = [
      group("one-Q8_0", "Q8_0"),
      group("other-Q4_0", "Q4_0"),
      group("one-q4_k_m", "Q4_K_M"),
      group("one-large-Q2_K", "Q2_K"),
      group("one-Q3_K_S", "Q3_K_S", { parameters: 9 }),
    ];
    const families = quantizationFamilies({ groups, pairs: [] });
    expect(families.map(({ rows }) => rows.map(({ label }) => label))).toEqual([["one-Q8_0", "one-q4_k_m"]]);
    expect(families[0]?.name).toBe("one");
  });

  it("tells simulated models apart by their bits", () => {
    const made = [16, 4.5].map((bits) =>
      madeGroup({
        label: `${bits} bits`,
        model: { quantization: null },
        run: { engine: "scripted", engineSpec: `p=0.9,bits=${bits}` },
      }),
    );
    expect(quantizationFamilies({ groups: made, pairs: [] })[0]?.rows).toHaveLength(2);
  });

  it("takes one file under several types of KV cache for a family, whatever it is called", () => {
    const made = ["f16", "q8_0"].map((kvTypeK) =>
      madeGroup({ label: kvTypeK, model: { name: "model" }, run: { kvTypeK } }),
    );
    expect(quantizationFamilies({ groups: made, pairs: [] })).toHaveLength(1);
    const named = ["Q4_0", "Q8_0"].map((quantization) => group(`ggml-model-${quantization}`, quantization));
    expect(quantizationFamilies({ groups: named, pairs: [] })).toEqual([]);
  });

  it("is none of rows that were asked different things, nor of one form", () => {
    const cot = { settings: madeSettings({ prompt: "cot" }) };
    const groups = [
      group("one-Q8_0", "Q8_0"),
      madeGroup({ label: "thinks", model: { name: "one-Q4_0", quantization: "Q4_0" }, run: cot }),
    ];
    expect(quantizationFamilies({ groups, pairs: [] })).toEqual([]);
    const alike = [group("one-Q8_0", "Q8_0"), group("one.Q8_0", "Q8_0")];
    expect(quantizationFamilies({ groups: alike, pairs: [] })).toEqual([]);
  });

  it("sets each row against the first one by their own pair, with the right sign", () => {
    const groups = ["one-Q2_K", "one-Q4_0", "one-Q8_0", "other-Q5_0"].map((name) =>
      group(name, name.split("-")[1] ?? ""),
    );
    const pairs = [
      // First in the document, and of another model.
      madePair("other-Q5_0", "one-Q4_0", { mean: 50 }),
      madePair("one-Q8_0", "one-Q4_0", { mean: 3 }),
      // Ordered by another test than its mean.
      madePair("one-Q2_K", "one-Q8_0", { mean: -7 }),
    ];
    const [family] = quantizationFamilies({ groups, pairs });
    expect(family?.rows).toEqual([
      { label: "one-Q8_0", difference: null },
      { label: "one-Q2_K", difference: { limit: 12, mean: -7, low: -8, high: -5 } },
      { label: "one-Q4_0", difference: { limit: 12, mean: -3, low: -5, high: -2 } },
    ]);
    expect(family?.verdicts).toEqual(["one-Q8_0 and one-Q4_0", "one-Q2_K and one-Q8_0"]);
    const without = quantizationFamilies({ groups, pairs: pairs.slice(0, 2) })[0];
    expect(without?.rows.map(({ label, difference }) => [label, difference?.mean ?? null])).toEqual([
      ["one-Q8_0", null],
      ["one-Q2_K", null],
      ["one-Q4_0", -3],
    ]);
  });
});
