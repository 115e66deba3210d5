import type { ComponentChildren } from "preact";
import { tableNotes } from "../report/compare/table-notes.ts";
import type { PageDocument } from "../report/page/page-schema.ts";
import { levelLines } from "../report/suite/level-searches.ts";
import { Chart } from "./chart.tsx";
import type { Figure } from "./figures/drawing.ts";
import { figuresOf } from "./figures/index.ts";
import { AfterSlipTable, ExperimentTable, FamilyTable, ModelTable, SlipTable, SpeedTable } from "./tables.tsx";
import { Transcripts } from "./transcripts.tsx";
import { visible } from "../visible-text.ts";

/** The whole page. Sections without data are left out. */
export function Page({ document }: { readonly document: PageDocument }) {
  const figures = figuresOf(document);
  const groups = document.comparison?.groups ?? [];
  const named = (...ids: readonly string[]) => figures.filter(({ id }) => ids.some((one) => id.startsWith(one)));
  const sheet = figures.filter(({ id }) => /(^|-)(headline|illusion)(-\d+)?$/.test(id));
  // Where sizes differ, what they bring is the headline.
  const isBySize = sheet.some(({ id }) => /headline(-\d+)?$/.test(id));
  return (
    <main>
      <header>
        <p class="kicker">Longhaul</p>
        <h1>{visible(document.title)}</h1>
      </header>
      {isBySize ? <Figures id="headline-sheet" title="One turn and the horizon" figures={sheet} /> : null}
      <Conclusion document={document} />
      <Figures id="how-far" title="How far" figures={named("task-accuracy", "turn-accuracy", "healed-")} />
      {isBySize ? null : <Figures id="headline-sheet" title="One turn and the horizon" figures={sheet} />}
      <Figures id="single-turns" title="Single turns" figures={named("capacity-")} />
      <Why document={document} figures={named("outcomes-", "conditioning-", "mitigation-")} />
      <Figures id="how-fast" title="How fast" figures={named("decode-depth", "concurrency", "ttft", "inter-token", "pareto")}>
        <SpeedTable groups={groups} />
      </Figures>
      <Quantizations document={document} figures={named("quantization")} />
      <Suites suites={document.suites} simulated={document.simulated} />
      {document.transcripts.rollouts.length === 0 ? null : (
        <Section id="transcripts" title="Transcripts">
          <Transcripts sample={document.transcripts} />
        </Section>
      )}
      <Provenance document={document} />
    </main>
  );
}

function Conclusion({ document: { comparison, unlike, simulated, cautions } }: { readonly document: PageDocument }) {
  if (comparison === null) return null;
  const { verdict, groups, notes, pairs, thresholds } = comparison;
  return (
    <Section id="conclusion" title="Conclusion">
      <p class="conclusion">{visible(verdict)}</p>
      <ModelTable groups={groups} unlike={unlike} thresholds={thresholds} />
      {notes.map((note) => (
        <p class="note">{visible(note)}</p>
      ))}
      {simulated === null ? null : <p class="note">{simulated}</p>}
      {cautions.length === 0 ? null : (
        <ul class="note">
          {cautions.map((caution) => (
            <li>{visible(caution)}</li>
          ))}
        </ul>
      )}
      {pairs.length < 2 ? null : (
        <details>
          <summary>Every pair</summary>
          {pairs.map((pair) => (
            <p>{visible(pair.verdict)}</p>
          ))}
        </details>
      )}
    </Section>
  );
}

function Why({ document, figures }: { readonly document: PageDocument; readonly figures: readonly Figure[] }) {
  const groups = document.comparison?.groups ?? [];
  const hasSlips = groups.some(({ slips }) => slips !== null && slips.slips > 0);
  const isFollowed = groups.some(({ afterSlip }) => afterSlip !== null && afterSlip.slipped > 0);
  if (figures.length === 0 && document.slipLines.length === 0 && !hasSlips) return null;
  return (
    <Section id="why" title="Why">
      {hasSlips ? (
        <>
          <h3>What wrong numbers fit</h3>
          <SlipTable groups={groups} />
        </>
      ) : null}
      {isFollowed ? (
        <>
          <h3>After the first slip</h3>
          <AfterSlipTable groups={groups} />
        </>
      ) : null}
      {document.slipLines.map((line) => (
        <p>{visible(line)}</p>
      ))}
      {figures.map((figure) => (
        <Chart figure={figure} />
      ))}
    </Section>
  );
}

function Quantizations({
  document: { comparison, families },
  figures,
}: {
  readonly document: PageDocument;
  readonly figures: readonly Figure[];
}) {
  if (families.length === 0 && figures.length === 0) return null;
  return (
    <Section id="quantization" title="Quantization">
      {families.map((family) => (
        <>
          {families.length > 1 ? <h3>{visible(family.name)}</h3> : null}
          <FamilyTable family={family} groups={comparison?.groups ?? []} thresholds={comparison?.thresholds} />
          {family.verdicts.map((verdict) => (
            <p>{visible(verdict)}</p>
          ))}
        </>
      ))}
      {figures.map((figure) => (
        <Chart figure={figure} />
      ))}
    </Section>
  );
}

/** A section for each suite, its experiments one after the other. */
function Suites({ suites, simulated }: Pick<PageDocument, "suites" | "simulated">) {
  return (
    <>
      {suites.map(({ suite, levelSearches, experiments }) => (
        <Section id={`suite-${suite}`} title={`Experiments: ${suite}`}>
          <p class="note">{visible([...new Set(experiments.flatMap(({ rows }) => rows.map(({ model }) => model)))].join(", "))}</p>
          {levelLines({ levelSearches, experiments }).map((line) => (
            <p class="note">{visible(line)}</p>
          ))}
          {experiments.map((experiment) => (
            <div>
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

/** @param children what stands above the figures, if there are any */
function Figures({
  id,
  title,
  figures,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly children?: ComponentChildren;
}) {
  if (figures.length === 0) return null;
  return (
    <Section id={id} title={title}>
      {children}
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
