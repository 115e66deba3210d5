import { constantHorizon } from "../metrics/horizon.ts";
import { areAlike, historyChanges, settingDifferences } from "../reading/settings.ts";
import { namesWith } from "../settings/settings.ts";
import type { CompareGroup } from "./compare-schema.ts";
import type { HeadlinePoint } from "./headline-schema.ts";

/**
 * One point for each row that tells how far it gets. Its turn is taken from the row of the same model, asked the same behind
 * right answers (`--history healed`, `--probe 2` is enough), else from its own second turn.
 */
export function headlineOf(groups: readonly CompareGroup[]): HeadlinePoint[] {
  const healed = groups.filter((group) => group.settings.history === "healed" && secondOf(group) !== null);
  const questions: CompareGroup[] = [];
  return groups.flatMap((group) => {
    const half = group.horizons.find(({ s }) => s === 0.5);
    if (half === undefined || group.settings.probe !== null) return [];
    // What is there to measure a turn is no model of its own.
    const isMeasure =
      healed.includes(group) && groups.some((other) => other !== group && isSameModel(other, group));
    if (isMeasure) return [];
    const asked = healed.find((other) => isSameModel(other, group)) ?? group;
    const second = secondOf(asked);
    const behind = healed.includes(asked) ? ("right answers" as const) : ("own answers" as const);
    const { parameters, bytes, bitsPerWeight } = group.model;
    const oneTurn = second === null ? null : { ...second, of: asked.label, behind };
    const known = questions.findIndex((one) => areAlike([one, group]));
    const question = known < 0 ? questions.push(group) - 1 : known;
    return [
      {
        label: group.label,
        question,
        parameters,
        bytes,
        bitsPerWeight,
        oneTurn,
        horizon: half,
        constant: constantOf(oneTurn),
      },
    ];
  });
}

function secondOf({ turnAccuracy }: CompareGroup) {
  const found = turnAccuracy.find(({ turn }) => turn === 2);
  if (found === undefined) return null;
  const { n, correct, accuracy, low, high } = found;
  return { n, correct, accuracy, low, high };
}

/** One model in one form, asked the same but for what stands in its history. */
function isSameModel(one: CompareGroup, other: CompareGroup): boolean {
  const [mine, theirs] = [one, other].map(({ model, server, scripted, settings }) =>
    JSON.stringify([
      model.sha256 ?? server,
      scripted,
      namesWith("contrast").map((name) => settings.requested[name]),
    ]),
  );
  const isSameBut = (name: string): boolean => historyChanges.has(name) || name === "probe";
  return mine === theirs && settingDifferences([one, other]).every(isSameBut);
}

function constantOf(share: HeadlinePoint["oneTurn"]): HeadlinePoint["constant"] {
  if (share === null || share.accuracy === null) return null;
  const at = (p: number | null): number | null =>
    p === null || p >= 1 ? null : p <= 0 ? 1 : constantHorizon(p, 0.5);
  return { turns: at(share.accuracy), low: at(share.low), high: at(share.high) };
}
