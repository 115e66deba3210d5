import type { Database } from "../../store/database.ts";
import { conditioningSlopes } from "../conditioning-slopes.ts";
import type { MeasuredArm } from "./measured-arm.ts";
import type { SuiteSlope } from "./schema.ts";

/** What planted errors did in an experiment: see {@link conditioningSlopes}. */
export function slopesOf(database: Database, arms: readonly MeasuredArm[]): SuiteSlope[] {
  return conditioningSlopes(arms.flatMap(({ rows }) => rows.map((one) => ({ database, rows: one }))));
}
