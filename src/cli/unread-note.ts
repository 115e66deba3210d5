import { hardlyReadable } from "../report/sentences/run.ts";
import type { ReadableAnswers } from "../runs/trial.ts";
import type { AskedOfModel } from "../runs/view.ts";
import { curesOf } from "../settings/cures.ts";
import type { Settings } from "../settings/settings.ts";
import { typedLine } from "../typed-line.ts";

/** A run that goes on, and where its rows are. */
export interface GoingRun {
  readonly id: number;
  readonly asked: AskedOfModel;
  readonly dbPath: string;
}

/** That hardly any answer of a run can be read. @param beside what the model is asked besides: that is not proposed */
export function unreadNote(
  unreadable: ReadableAnswers,
  { id, asked, dbPath }: GoingRun,
  beside: readonly Settings[],
): string {
  const line = typedLine(`show ${id} --rollout 0 --prompt`, dbPath);
  return hardlyReadable(unreadable, { cures: curesOf("form", { ...asked, beside }), line });
}
