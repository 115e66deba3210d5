import { severalSpeeds } from "../report/compare/speed-lines.ts";
import { tableNotes } from "../report/compare/table-notes.ts";
import type { PageDocument } from "../report/page/page-schema.ts";
import { levelLines } from "../report/suite/level-searches.ts";
import { counted } from "../report/words/words.ts";
import { visible } from "../visible-text.ts";
import { idsApart } from "./figures/ids.ts";
import type { Part } from "./part.ts";
import { ExperimentTable, SpeedTable } from "./tables.tsx";

type Suite = PageDocument["suites"][number];
type Experiment = Suite["experiments"][number];

/** Where links to an experiment lead. */
type IdOf = (experiment: Experiment | undefined) => string;

/** A sentence for each experiment of each suite, with the way to the rest. */
export function findingsParts({ suites, findings }: Pick<PageDocument, "suites" | "findings">): Part[] {
  const [ids, idOf] = [suiteIds(suites), experimentIds(suites)];
  return suites.flatMap(({ suite, experiments }, place): Part[] => {
    const own = findings[place] ?? [];
    if (own.length === 0) return [];
    const body = (
      <dl class="findings">
        {own.map(({ experiment, sentence, more }) => (
          <>
            <dt>
              <a href={`#${idOf(experiments.find((one) => one.experiment === experiment))}`}>{visible(experiment)}</a>
            </dt>
            <dd>
              {visible(sentence)}
              {more === 0 ? null : <span class="note"> ({counted(more, "sentence")} more there)</span>}
            </dd>
          </>
        ))}
      </dl>
    );
    return [{ id: `findings-${ids[place]}`, title: suites.length === 1 ? "Findings" : `Findings: ${suite}`, body }];
  });
}

/** A section for each suite, its experiments one after the other. */
export function suiteParts({ suites, simulated }: Pick<PageDocument, "suites" | "simulated">): Part[] {
  const [ids, idOf] = [suiteIds(suites), experimentIds(suites)];
  return suites.map((suite, place) => ({
    id: `suite-${ids[place]}`,
    title: `Experiments: ${suite.suite}`,
    within: suite.experiments.map((one) => ({ id: idOf(one), title: one.experiment })),
    body: <Experiments suite={suite} idOf={idOf} simulated={simulated} />,
  }));
}

interface Shown {
  readonly suite: Suite;
  readonly idOf: IdOf;
  readonly simulated: string | null;
}

function Experiments({ suite: { levelSearches, experiments }, idOf, simulated }: Shown) {
  return (
    <>
      <p class="note">{visible([...new Set(experiments.flatMap(({ rows }) => rows.map(({ model }) => model)))].join(", "))}</p>
      {levelLines({ levelSearches, experiments }).map((line) => (
        <p class="note">{visible(line)}</p>
      ))}
      {experiments.map((experiment) => (
        <div id={idOf(experiment)}>
          <h3>{visible(experiment.experiment)}</h3>
          <ExperimentTable experiment={experiment} />
          <SpeedsApart groups={severalSpeeds(experiment.comparison.groups)} />
          {(experiment.findings.length > 0 ? experiment.findings : [experiment.comparison.verdict]).map((finding) => (
            <p>{visible(finding)}</p>
          ))}
          {[...experiment.comparison.notes, ...tableNotes(experiment.comparison, "experiment")].map((note) => (
            <p class="note">{visible(note)}</p>
          ))}
        </div>
      ))}
      {simulated === null ? null : <p class="note">{simulated}</p>}
    </>
  );
}

/** Of rows that have several, which the table above does not show. */
function SpeedsApart({ groups }: { readonly groups: Experiment["comparison"]["groups"] }) {
  if (groups.length === 0) return null;
  return (
    <details>
      <summary>Speed table</summary>
      <SpeedTable groups={groups} />
    </details>
  );
}

function suiteIds(suites: readonly Suite[]): string[] {
  return idsApart(suites.map(({ suite }) => suite));
}

/** Kept apart over all suites: two of these can make one name with two experiments. */
function experimentIds(suites: readonly Suite[]): IdOf {
  const all = suites.flatMap(({ suite, experiments }) => experiments.map((experiment) => ({ suite, experiment })));
  const ids = idsApart(all.map(({ suite, experiment }) => `experiment-${suite}-${experiment.experiment}`));
  return (wanted) => ids[all.findIndex(({ experiment }) => experiment === wanted)] ?? "";
}
