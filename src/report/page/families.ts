import type { CompareDocument, CompareGroup, ComparePair } from "../../figures/compare-schema.ts";
import { baseName } from "../../reading/quantizations.ts";
import { areAlike } from "../../figures/beaten.ts";
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
    const kin = group.family;
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

function formOf({ model, settings }: CompareGroup): string {
  return JSON.stringify([model.quantization, model.bitsPerWeight, settings.kvTypeK, settings.kvTypeV]);
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
