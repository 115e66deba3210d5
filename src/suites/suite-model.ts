import type { ModelFacts } from "../experiments/experiment.ts";
import type { ModelFile } from "../gguf/files.ts";
import type { RunRequest } from "../runs/request.ts";
import type { ServerFacts } from "../serving/facts.ts";

/** A model of a suite: a file, a simulated one, or one behind a server. */
export interface SuiteModel {
  readonly name: string;
  /** Path of the file, `scripted:...`, or `openai:URL NAME`. */
  readonly source: string;
  readonly engine: RunRequest["engine"];
  readonly facts: ModelFacts;
  /** Why it cannot be measured; its trials fail with this. */
  readonly error: string | null;
  /** Null: it has none, or it is its server's matter. */
  readonly file: ModelFile | null;
  /** What its server tells; null: it has none, or that cannot be asked. */
  readonly served: ServerFacts | null;
}
