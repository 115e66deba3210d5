import type { Database } from "better-sqlite3";
import type { RolloutEnd } from "./rows.ts";

/** A rollout as it went, from its beginning to its end. */
export interface RolloutCourse {
  readonly rollout: number;
  readonly startedAt: string;
  /** Null: it goes on, or whoever played it is gone. */
  readonly end: RolloutEnd | null;
  readonly detail: string | null;
  readonly endedAt: string | null;
  /** Of all its answers, those of votes among them; null: the engine did not tell. */
  readonly tokens: TokenSums | null;
}

export interface TokenSums {
  readonly prefilled: number;
  /** Null: not told. */
  readonly reused: number | null;
  readonly decoded: number;
  readonly reasoning: number | null;
}

/** The rollouts of a run that began, in their order. */
export function rolloutCourses(database: Database, runId: number): RolloutCourse[] {
  const rows = database
    .prepare(
      `SELECT rollout.rollout, rollout.started_at AS startedAt, end, detail, ended_at AS endedAt,
        ${sumOf("prefilled_tokens")} AS prefilled, ${sumOf("reused_tokens")} AS reused,
        ${sumOf("decoded_tokens")} AS decoded, ${sumOf("reasoning_tokens")} AS reasoning
        FROM rollout LEFT JOIN (SELECT * FROM turn WHERE run_id = @runId) turn USING (rollout)
        WHERE rollout.run_id = @runId GROUP BY rollout.rollout ORDER BY rollout.rollout`,
    )
    .all({ runId }) as (Omit<RolloutCourse, "tokens"> & Nullable<TokenSums>)[];
  return rows.map(({ prefilled, reused, decoded, reasoning, ...course }) => ({
    ...course,
    tokens: prefilled === null || decoded === null ? null : { prefilled, reused, decoded, reasoning },
  }));
}

type Nullable<Row> = { readonly [Name in keyof Row]: Row[Name] | null };

/** Null where one of the turns has none: a sum of the others would be too small. */
function sumOf(column: string): string {
  return `iif(count(turn.${column}) = count(turn.id), coalesce(sum(turn.${column}), 0), NULL)`;
}
