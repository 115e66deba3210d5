import { tableNotes } from "../report/compare/table-notes.ts";
import type { PageDocument } from "../report/page/page-schema.ts";
import { levelLines } from "../report/suite/level-searches.ts";
import { counted } from "../report/words/words.ts";
import { visible } from "../visible-text.ts";
import type { Part } from "./part.ts";
import { ExperimentTable } from "./tables.tsx";

type Suite = PageDocument["suites"][number];

/** A sentence for each experiment of each suite, with the way to the rest. */
export function findingsParts({ suites, findings }: Pick<PageDocument, "suites" | "findings">): Part[] {
  return suites.flatMap(({ suite }, place): Part[] => {
    const own = findings[place] ?? [];
    if (own.length === 0) return [];
    const body = (
      <dl class="findings">
        {own.map(({ experiment, sentence, more }) => (
          <>
            <dt>
              <a href={`#${experimentId(suite, experiment)}`}>{visible(experiment)}</a>
            </dt>
            <dd>
              {visible(sentence)}
              {more === 0 ? null : <span class="note"> ({counted(more, "sentence")} more there)</span>}
            </dd>
          </>
        ))}
      </dl>
    );
    return [{ id: `findings-${idOf(suite)}`, title: suites.length === 1 ? "Findings" : `Findings: ${suite}`, body }];
  });
}

/** A section for each suite, its experiments one after the other. */
export function suiteParts({ suites, simulated }: Pick<PageDocument, "suites" | "simulated">): Part[] {
  return suites.map((suite) => ({
    id: `suite-${idOf(suite.suite)}`,
    title: `Experiments: ${suite.suite}`,
    within: suite.experiments.map(({ experiment }) => ({ id: experimentId(suite.suite, experiment), title: experiment })),
    body: <Experiments suite={suite} simulated={simulated} />,
  }));
}

function Experiments({ suite: { suite, levelSearches, experiments }, simulated }: { readonly suite: Suite; readonly simulated: string | null }) {
  return (
    <>
      <p class="note">{visible([...new Set(experiments.flatMap(({ rows }) => rows.map(({ model }) => model)))].join(", "))}</p>
      {levelLines({ levelSearches, experiments }).map((line) => (
        <p class="note">{visible(line)}</p>
      ))}
      {experiments.map((experiment) => (
        <div id={experimentId(suite, experiment.experiment)}>
          <h3>{visible(experiment.experiment)}</h3>
          <ExperimentTable experiment={experiment} />
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

function experimentId(suite: string, experiment: string): string {
  return `experiment-${idOf(suite)}-${idOf(experiment)}`;
}

function idOf(name: string): string {
  return name.replace(/[^\w-]+/g, "-");
}
