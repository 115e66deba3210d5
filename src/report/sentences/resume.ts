import { counted } from "../words/words.ts";

/** How a run goes on that stopped. */
export function goOnWith(line: string): string {
  return `To go on where it stopped: ${line}`;
}

/** That no run of a file stopped before it was done. */
export function noRunToResume(): string {
  return "Every run is done or goes on; there is nothing to resume.";
}

/** A run that can go on, how far it came, and why it stopped. */
export function runToResume(run: {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly error: string | null;
  readonly turnsDone: number;
  readonly turnsPlanned: number;
}): string {
  const { id, name, status, error, turnsDone, turnsPlanned } = run;
  const why = error === null ? status : `${status}: ${error}`;
  return `run ${id}  ${name}  ${turnsDone} of ${counted(turnsPlanned, "turn")}  ${why}`;
}
