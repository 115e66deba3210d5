import type { ComponentChildren } from "preact";
import type { PageDocument } from "../report/page/schema.ts";
import { Chart } from "./chart.tsx";
import type { Figure } from "./figures/drawing.ts";
import { figuresOf } from "./figures/index.ts";
import { ExperimentTable, FamilyTable, ModelTable, SlipTable, SpeedTable } from "./tables.tsx";
import { Transcripts } from "./transcripts.tsx";
import { visible } from "./visible.ts";

/** The whole page. Sections without data are left out. */
export function Page({ document }: { readonly document: PageDocument }) {
  const figures = figuresOf(document);
  const { comparison, suites } = document;
  const groups = comparison?.groups ?? [];
  const named = (...ids: readonly string[]) => figures.filter(({ id }) => ids.some((one) => id.startsWith(one)));
  const hasSlips = groups.some(({ slips }) => slips !== null && slips.slips > 0);
  const why = named("outcomes-", "conditioning-", "mitigation-");
  return (
    <main>
      <header>
        <p class="kicker">Longhaul</p>
        <h1>{visible(document.title)}</h1>
      </header>
      {comparison === null ? null : (
        <Section id="verdict" title="Verdict">
          <p class="verdict">{visible(comparison.verdict)}</p>
          <ModelTable groups={groups} unlike={document.unlike} />
          {comparison.notes.map((note) => (
            <p class="note">{visible(note)}</p>
          ))}
          {document.simulated === null ? null : <p class="note">{document.simulated}</p>}
          {comparison.pairs.length < 2 ? null : (
            <details>
              <summary>Every pair</summary>
              {comparison.pairs.map(({ verdict }) => (
                <p>{visible(verdict)}</p>
              ))}
            </details>
          )}
        </Section>
      )}
      <Figures id="how-far" title="How far" figures={named("task-accuracy", "turn-accuracy", "healed-")} />
      <Figures id="size" title="Size" figures={named("size", "illusion", "capacity-")} />
      {why.length === 0 && !hasSlips && suites.length === 0 ? null : (
        <Section id="why" title="Why">
          {hasSlips ? (
            <>
              <h3>How wrong numbers came about</h3>
              <SlipTable groups={groups} />
            </>
          ) : null}
          {why.map((figure) => (
            <Chart figure={figure} />
          ))}
        </Section>
      )}
      {named("ttft", "inter-token", "pareto").length === 0 ? null : (
        <Section id="how-fast" title="How fast">
          <SpeedTable groups={groups} />
          {named("ttft", "inter-token", "pareto").map((figure) => (
            <Chart figure={figure} />
          ))}
        </Section>
      )}
      {document.families.length === 0 ? null : (
        <Section id="quantization" title="Quantization">
          {document.families.map((family) => (
            <>
              {document.families.length > 1 ? <h3>{visible(family.name)}</h3> : null}
              <FamilyTable family={family} groups={groups} />
              {family.verdicts.map((verdict) => (
                <p>{visible(verdict)}</p>
              ))}
            </>
          ))}
        </Section>
      )}
      <Suites suites={suites} simulated={document.simulated} />
      {document.transcripts.rollouts.length === 0 ? null : (
        <Section id="transcripts" title="Transcripts">
          <Transcripts sample={document.transcripts} />
        </Section>
      )}
      <Provenance document={document} />
    </main>
  );
}

/** A section for each suite, its experiments one after the other. */
function Suites({ suites, simulated }: Pick<PageDocument, "suites" | "simulated">) {
  return (
    <>
      {suites.map(({ suite, experiments }) => (
        <Section id={`suite-${suite}`} title={`Experiments: ${suite}`}>
          {experiments.map((experiment) => (
            <div>
              <h3>{visible(experiment.experiment)}</h3>
              <ExperimentTable experiment={experiment} />
              {(experiment.findings.length > 0 ? experiment.findings : [experiment.comparison.verdict]).map((finding) => (
                <p>{visible(finding)}</p>
              ))}
              {experiment.comparison.notes.map((note) => (
                <p class="note">{visible(note)}</p>
              ))}
            </div>
          ))}
          {simulated === null ? null : <p class="note">{simulated}</p>}
        </Section>
      ))}
    </>
  );
}

function Provenance({ document }: { readonly document: PageDocument }) {
  return (
      <Section id="provenance" title="Provenance">
        <dl>
          <dt>made</dt>
          <dd>{document.madeAt.slice(0, 16).replace("T", " ")} UTC</dd>
          <dt>by</dt>
          <dd>Longhaul {document.version}</dd>
          <dt>from</dt>
          <dd>{visible(document.db)}</dd>
        </dl>
        {document.provenance.map((run) => (
          <details>
            <summary>
              Run {run.id}: {visible(run.label)}
            </summary>
            <dl>
              {run.facts.map(([name, value]) => (
                <>
                  <dt>{name}</dt>
                  <dd>{visible(value)}</dd>
                </>
              ))}
              <dt>make it again</dt>
              <dd>
                <code>{run.command}</code>
              </dd>
              <dt>check it</dt>
              <dd>
                <code>{run.verify}</code>
              </dd>
            </dl>
          </details>
        ))}
      </Section>
  );
}

function Figures({ id, title, figures }: { readonly id: string; readonly title: string; readonly figures: readonly Figure[] }) {
  if (figures.length === 0) return null;
  return (
    <Section id={id} title={title}>
      {figures.map((figure) => (
        <Chart figure={figure} />
      ))}
    </Section>
  );
}

function Section({ id, title, children }: { readonly id: string; readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{visible(title)}</h2>
      {children}
    </section>
  );
}
