import type { CompareGroup } from "../../figures/compare-schema.ts";
import type { Measure } from "../tables/measure-table.ts";
import { partText, shareText, significant, unknown } from "../words/numbers.ts";

type Column = Measure<CompareGroup>;
type Kind = (typeof kinds)[number];

/**
 * The columns of the table of slips: how many there are, what they fit, what comes after the first one. The larger the
 * share that a kind has in any row, the further in front it stands and the longer it stays; kinds that nobody made are
 * left out with the columns that nobody has a figure for.
 */
export function slipColumns(rows: readonly CompareGroup[]): Column[] {
  const ofKinds = byShare(rows).map(
    (kind, place): Column => ({
      // The first ones say what stands behind a share.
      title: place < 3 ? `${kindColumns[kind]} / chance` : kindColumns[kind],
      rank: 1 + 2 * place,
      cell: (group) => slipCell(group, kind),
    }),
  );
  return [
    { title: "slips", align: "right", rank: 0, cell: slipCountCell },
    ...ofKinds,
    ...afterSlip,
    { title: "entries away", align: "right", rank: 12, cell: distanceCell },
  ];
}

/** Kinds of slips, in the order in which those of one share stand. */
const kinds = [
  "other_key",
  "digit_slip",
  "unknown",
  "ambiguous",
  "repeated_answer",
  "key_dropped",
  "key_doubled",
  "sign_flipped",
  "answer_negated",
  "stale_state",
  "value_only",
  "example_total",
  "repair",
] as const;

const kindColumns: Readonly<Record<Kind, string>> = {
  other_key: "other key",
  digit_slip: "digit off",
  unknown: "unexplained",
  ambiguous: "several ways",
  repeated_answer: "last answer again",
  key_dropped: "key left out",
  key_doubled: "key twice",
  sign_flipped: "wrong sign of a key",
  answer_negated: "wrong sign",
  stale_state: "older total",
  value_only: "total forgotten",
  example_total: "examples' total",
  repair: "back to the truth",
};

/** What comes after the first slip of a rollout. */
const afterSlip: readonly Column[] = [
  {
    title: "right after a slip",
    rank: 2,
    cell: ({ afterSlip: found }) => (found === null ? unknown : shareText(found.next)),
  },
  {
    title: "longest repeat",
    align: "right",
    rank: 14,
    cell: ({ afterSlip: found }) => countCell(found?.longestRepeat?.turns ?? null),
  },
  {
    title: "none right after turn",
    align: "right",
    rank: 16,
    cell: ({ afterSlip: found }) => countCell(found?.noneRightAfter ?? null),
  },
  {
    title: "never right again",
    align: "right",
    rank: 18,
    cell: ({ afterSlip: found }) =>
      found === null || found.followed === 0 ? unknown : `${found.neverRight.correct} of ${found.followed}`,
  },
];

/** By the largest share in any row; of equal ones first what the row with the most slips has more of. */
function byShare(rows: readonly CompareGroup[]): Kind[] {
  const [most] = rows.toSorted((left, right) => (right.slips?.slips ?? 0) - (left.slips?.slips ?? 0));
  const largest = (kind: Kind): number => Math.max(0, ...rows.map((row) => shareIn(row, kind)));
  const inMost = (kind: Kind): number => (most === undefined ? 0 : shareIn(most, kind));
  return kinds.toSorted((left, right) => largest(right) - largest(left) || inMost(right) - inMost(left));
}

function shareIn({ slips }: CompareGroup, kind: Kind): number {
  return slips?.kinds.find((one) => one.kind === kind)?.accuracy ?? 0;
}

/** How many wrong numbers were looked at, and of how many where that is not all. */
function slipCountCell({ slips }: CompareGroup): string {
  if (slips === null) return unknown;
  const { slips: decoded, all } = slips;
  return all > decoded
    ? `first ${decoded.toLocaleString("en")} of ${all.toLocaleString("en")}`
    : String(decoded);
}

/** The share, and what chance would give. */
function slipCell({ slips }: CompareGroup, kind: Kind): string {
  const found = slips?.kinds.find((one) => one.kind === kind);
  if (found === undefined || found.correct === 0) return unknown;
  return `${shareText(found)} / ${partText(found.chance)}`;
}

function distanceCell({ slips }: CompareGroup): string {
  const distance = slips?.lookUps?.medianDistance ?? null;
  return distance === null ? unknown : significant(distance);
}

function countCell(count: number | null): string {
  return count === null ? unknown : count.toLocaleString("en");
}
