/** Whose figures stand in the table of `show --scoring paper`. */
export function judgesNamed(rollouts: number): string {
  return `${rollouts} rollouts, per cent. "live" and "final" are the paper's released evaluators: src/tasks/README.md.`;
}

/** Rollouts that those evaluators cannot judge. */
export function rolloutsLeftOut(count: number): string {
  return `${count} rollouts left out: their history is not the model's own.`;
}

/** Turns that cannot be judged again, since what they were shown cannot be told. */
export function turnsLeftOut(count: number): string {
  return `${count} turns left out, they do not follow one another as the run's settings say`;
}

/** How many verdicts another parser gives differently, and in what. */
export function verdictsChanged(
  counts: Readonly<Record<"class" | "answer" | "turnCorrect" | "taskCorrect" | "expected", number>>,
): string {
  return [
    `changed: ${counts.class} classes, ${counts.answer} answers, ${counts.turnCorrect} right or not`,
    `${counts.taskCorrect} right so far or not, ${counts.expected} expected answers`,
  ].join("; ");
}

/** Stored verdicts that the parser that they name would not give. */
export function verdictsContradicted(count: number): string {
  return `${count} stored verdicts of this version are not what it gives: see longhaul verify`;
}

/** Changed turns that are not listed. */
export function moreChanges(count: number): string {
  return `and ${count} more: --json lists all`;
}

export function noRunEnded(): string {
  return "No run has ended yet.";
}

export function noRun(): string {
  return "There is no run in this file.";
}
