import type { CompareDocument, CompareGroup, ComparePair } from "../../figures/compare-schema.ts";
import { areAlike } from "./beaten.ts";
import type { MeanTurnsDifference, QuantizationFamily } from "./page-schema.ts";

/**
 * Rows that are one model in several quantizations or with several types of KV cache. One model means: the same
 * architecture and number of parameters, the same name once the words for a quantization are taken out of it, and
 * nothing else that decides the result different. Rows that may be different models are no family.
 *
 * The first row of a family is the one with the most mean turns by its own pairs; the others are set against it where
 * the document holds that very pair.
 */
export function quantizationFamilies({
  groups,
  pairs,
}: Pick<CompareDocument, "groups" | "pairs">): QuantizationFamily[] {
  const families: { name: string; kin: string; members: CompareGroup[] }[] = [];
  for (const group of groups) {
    const kin = kinOf(group);
    if (kin === null) continue;
    const found = families.find(
      (one) => one.kin === kin && one.members.every((member) => areAlike(member, group)),
    );
    if (found === undefined)
      families.push({
        name: baseName(group.model.name ?? "") ?? group.label,
        kin,
        members: [group],
      });
    else found.members.push(group);
  }
  return families
    .filter(({ members }) => new Set(members.map(formOf)).size > 1)
    .map(({ name, members }) => familyOf(name, members, pairs));
}

/**
 * A model's name without its quantization, in lower case: "Qwen2.5-0.5B-Instruct-Q4_K_M" -> "qwen2.5-0.5b-instruct".
 * Null where nothing is left that names a model, as of converters' "ggml-model-q8_0".
 */
export function baseName(name: string): string | null {
  const base = name
    .toLowerCase()
    .replaceAll(quantizationWords, " ")
    .replaceAll(/[\s._-]*\s[\s._-]*/g, " ")
    .trim()
    .replaceAll(/^[-_.]+|[-_.]+$/g, "");
  return namesNothing.has(base) ? null : base;
}

/** What a file is called by, and what converters call every file. */
const namesNothing = new Set(["", "model", "ggml model", "ggml-model", "ggml_model", "unnamed", "weights"]);

/**
 * Words for a quantization as llama.cpp and those who share files write them, each whole: "UD-Q4_K_XL", "i1-IQ3_XXS",
 * "BF16", "4bit".
 */
const quantizationWords = new RegExp(
  `(?<![a-z0-9])(?:(?:ud|i1)[-_. ])?(?:${[
    "i?q[1-8](?:[-_.]?k(?:[-_.]?(?:xxs|xs|s|m|l|xl|p))?|[-_.](?:[01](?:[-_.][48][-_.][48])?|nl|xxs|xs|s|m|l|xl))?",
    "tq[12][-_.]?0",
    "(?:bf|fp|f)(?:8|16|32|64)",
    "mxfp4(?:[-_.]?moe)?",
    "nvfp4",
    "int[48]",
    "[2-8]-?bits?",
    "imat(?:rix)?",
    "gguf",
  ].join("|")})(?![a-z0-9])`,
  "g",
);

function kinOf({ model }: CompareGroup): string | null {
  const { architecture, parameters, name, sha256 } = model;
  if (architecture === null || parameters === null || name === null) return null;
  // Rows of one file are one model, whatever it is called.
  const base = baseName(name) ?? sha256;
  return base === null ? null : JSON.stringify([architecture, parameters, base]);
}

function formOf({ model, settings }: CompareGroup): string {
  return JSON.stringify([model.quantization, settings.kvTypeK, settings.kvTypeV]);
}

function familyOf(
  name: string,
  members: readonly CompareGroup[],
  pairs: readonly ComparePair[],
): QuantizationFamily {
  const labels = members.map(({ label }) => label);
  const own = pairs.filter(({ ahead, behind }) => labels.includes(ahead) && labels.includes(behind));
  const countOf = (label: string, sign: 1 | -1): number =>
    labels.filter((other) => sign * (differenceOf(own, label, other)?.mean ?? 0) > 0).length;
  const order = labels.toSorted(
    (left, right) => countOf(left, -1) - countOf(right, -1) || countOf(right, 1) - countOf(left, 1),
  );
  const [first = ""] = order;
  return {
    name,
    rows: order.map((label) => ({ label, difference: differenceOf(own, label, first) })),
    verdicts: own.map(({ verdict }) => verdict),
  };
}

/** Mean turns of one row less those of another; null where the document has not that pair. */
function differenceOf(
  pairs: readonly ComparePair[],
  label: string,
  other: string,
): MeanTurnsDifference | null {
  for (const { ahead, behind, meanTurnsDifference } of pairs) {
    if (meanTurnsDifference === null) continue;
    if (ahead === label && behind === other) return meanTurnsDifference;
    if (ahead === other && behind === label) {
      const { limit, mean, low, high } = meanTurnsDifference;
      return { limit, mean: -mean, low: negated(high), high: negated(low) };
    }
  }
  return null;
}

function negated(value: number | null): number | null {
  return value === null ? null : -value;
}
