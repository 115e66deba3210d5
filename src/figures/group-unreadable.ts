import { pooledAccuracy } from "../metrics/accuracy.ts";
import { groupFigure } from "./group-figure.ts";
import { proportion } from "./run-schema.ts";
import { tallyUnreadable } from "./tallies.ts";

/** The share of answers that hold no number. */
export const formatFailures = groupFigure({
  schema: proportion,
  measure: ({ rows }) => pooledAccuracy(rows.flatMap(({ tracks }) => tracks.map(tallyUnreadable))),
  column: { metric: "accuracy", title: "unreadable (95 %)", rank: 4, form: "share" },
});
