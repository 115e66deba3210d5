import { UsageError } from "../errors.ts";
import { suitesIn } from "../reading/runs.ts";
import type { Source } from "../reading/source.ts";
import { typedLine } from "../typed-line.ts";

/** The suite of a `--suite`. @throws UsageError for one that is not in the files */
export function suiteNamed(sources: readonly Source[], name: string): string {
  const suites = suitesIn(sources);
  if (suites.includes(name)) return name;
  const known =
    suites.length === 0
      ? "There are none."
      : `There ${suites.length === 1 ? "is" : "are"} ${suites.join(", ")}.`;
  throw new UsageError(
    `--suite ${name}: no such suite in ${sources.map(({ path }) => path).join(", ")}. ${known} See what is there: ${typedLine("ls", sources[0]?.path)}`,
  );
}

/** @throws UsageError for runs beside a suite */
export function refuseRunsBeside(suite: string, runs: readonly string[]): void {
  if (runs.length > 0)
    throw new UsageError(
      `--suite ${suite}: a suite is compared whole. Leave out ${runs.join(" ")}, or the suite.`,
    );
}
