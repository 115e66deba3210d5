import { confidences } from "./confidence-migration.ts";
import { curveInOnePass, curveWithoutProbes } from "./curve-migration.ts";
import { first } from "./first-migration.ts";
import { histories } from "./history-migration.ts";
import { mergedRuns } from "./merge-migration.ts";
import { leases } from "./lease-migration.ts";
import { remeasurements } from "./remeasure-migration.ts";
import { removals } from "./removed-migration.ts";
import { sealsAndRescoring } from "./seal-migration.ts";
import { textsAndPlaces } from "./texts-and-places.ts";
import { unknowns } from "./unknowns-migration.ts";
import { wordings } from "./wording-migration.ts";
import { hardware } from "./hardware-migration.ts";
import { servers } from "./server-migration.ts";
import { sessions } from "./session-migration.ts";
import { speedTests } from "./speed-migration.ts";
import { tuned } from "./tuned-migration.ts";

/** "LHUL": marks a SQLite file as ours. */
export const applicationId = 0x4c48554c;

/** What curves and rates are computed from, without the wide rows: a million turns in a second. */
const measuresIndex = `
CREATE INDEX turn_measures ON turn (run_id, attempt, rollout, turn, prompt_tokens, reused_tokens, prefilled_tokens,
  decoded_tokens, ttft_ms, decode_ms);
`;

/** A run's level, data set and warnings are looked up by it. */
const eventsIndex = "CREATE INDEX event_run ON event (run_id, kind);";

/**
 * What a file's weights take, to tell bits a weight; NULL in rows that were written before. A file that has such a row gets
 * another one, since the older is sealed as it is: the table could hold only one, and is made anew as that of machines was
 * (hardware-migration.ts).
 */
const tensorBytes = `
PRAGMA defer_foreign_keys = ON;
CREATE TEMP TABLE model_before AS SELECT * FROM main.model;
DROP TABLE main.model;
CREATE TABLE model (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  architecture TEXT NOT NULL,
  parameters INTEGER,
  quantization TEXT,
  train_context_length INTEGER,
  metadata TEXT NOT NULL,
  tensor_bytes INTEGER
) STRICT;
INSERT INTO main.model SELECT *, NULL FROM model_before;
DROP TABLE model_before;
`;

/** Every step from an empty file to today's. Never edited once released: a change is a new step. */
export const migrations: readonly string[] = [
  first,
  sealsAndRescoring,
  measuresIndex,
  curveInOnePass,
  histories,
  curveWithoutProbes,
  unknowns,
  textsAndPlaces,
  wordings,
  hardware,
  tuned,
  speedTests,
  confidences,
  eventsIndex,
  tensorBytes,
  leases,
  sessions,
  removals,
  remeasurements,
  servers,
  mergedRuns,
];
