import type { ComponentChildren } from "preact";
import type { PageDocument } from "../report/page/page-schema.ts";
import { Asked, Prompts } from "./asked.tsx";
import { Chart } from "./chart.tsx";
import type { Figure, FigurePart } from "./figures/drawing.ts";
import { figuresOf } from "./figures/index.ts";
import { AfterSlipTable, FamilyTable, ModelTable, SlipTable, SpeedTable } from "./tables.tsx";
import type { Part } from "./part.ts";
import { findingsParts, suiteParts } from "./suites.tsx";
import { Transcripts } from "./transcripts.tsx";
import { visible } from "../visible-text.ts";

/** The whole page. Sections without data are left out. */
export function Page({ document }: { readonly document: PageDocument }) {
  const parts = partsOf(document);
  return (
    <main>
      <header>
        <p class="kicker">Longhaul</p>
        <h1>{visible(document.title)}</h1>
        <Asked asked={document.asked} />
        <Contents parts={parts} />
      </header>
      {parts.map(({ id, title, body }) => (
        <section id={id} aria-labelledby={`${id}-title`}>
          <h2 id={`${id}-title`}>{visible(title)}</h2>
          {body}
        </section>
      ))}
    </main>
  );
}

function Contents({ parts }: { readonly parts: readonly Part[] }) {
  return (
    <nav aria-label="Contents">
      <ol>
        {parts.map(({ id, title, within = [] }) => (
          <li>
            <a href={`#${id}`}>{visible(title)}</a>
            {within.length === 0 ? null : (
              <ol>
                {within.map((one) => (
                  <li>
                    <a href={`#${one.id}`}>{visible(one.title)}</a>
                  </li>
                ))}
              </ol>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function partsOf(document: PageDocument): Part[] {
  const figures = figuresOf(document);
  const of = (...parts: readonly FigurePart[]) => figures.filter((figure) => parts.includes(figure.part));
  const sheets = drawn({ id: "headline-sheet", title: "One turn and the horizon" }, of("sizes", "one-turn"));
  // Where sizes differ, what they bring is the headline, and so it is of a suite.
  const isFirst = document.comparison === null || of("sizes").length > 0;
  const conclusion = part("conclusion", "Conclusion", document.comparison !== null, <Conclusion document={document} />);
  return [
    ...(isFirst ? sheets : []),
    ...conclusion,
    ...drawn({ id: "how-far", title: "How far" }, of("how-far")),
    ...(isFirst ? [] : sheets),
    ...findingsParts(document),
    ...drawn({ id: "single-turns", title: "Single turns" }, of("single-turns")),
    ...whyPart(document, of("why")),
    ...drawn(
      { id: "how-fast", title: "How fast" },
      of("how-fast"),
      <SpeedTable groups={document.comparison?.groups ?? []} />,
    ),
    ...quantizationPart(document, of("quantization")),
    ...suiteParts(document),
    ...part("prompt", "First prompt", document.prompts.length > 0, <Prompts prompts={document.prompts} />),
    ...part("transcripts", "Transcripts", document.transcripts.rollouts.length > 0, <Transcripts sample={document.transcripts} />),
    ...part("provenance", "Provenance", true, <Provenance document={document} />),
  ];
}

function part(id: string, title: string, isThere: boolean, body: ComponentChildren): Part[] {
  return isThere ? [{ id, title, body }] : [];
}

/** Figures, and what stands above them. */
function drawn({ id, title }: Pick<Part, "id" | "title">, figures: readonly Figure[], above: ComponentChildren = null): Part[] {
  const body = (
    <>
      {above}
      <Charts figures={figures} />
    </>
  );
  return part(id, title, figures.length > 0, body);
}

function Charts({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <>
      {figures.map((figure) => (
        <Chart figure={figure} />
      ))}
    </>
  );
}

/** From so many characters on a conclusion is a text, not a headline. */
const longFrom = 400;

function Conclusion({ document: { comparison, unlike, simulated, cautions } }: { readonly document: PageDocument }) {
  if (comparison === null) return null;
  const { verdict, groups, notes, pairs, thresholds, tiers, recommendation } = comparison;
  return (
    <>
      <p class={verdict.length > longFrom ? "conclusion long" : "conclusion"}>{visible(verdict)}</p>
      {(recommendation?.sentences ?? []).map((sentence) => (
        <p>{visible(sentence)}</p>
      ))}
      <ModelTable groups={groups} tiers={tiers} unlike={unlike} thresholds={thresholds} />
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
          <summary>{tiers === undefined ? "Every pair" : "Every comparison"}</summary>
          {pairs.map((pair) => (
            <p>{visible(pair.verdict)}</p>
          ))}
        </details>
      )}
    </>
  );
}

function whyPart(document: PageDocument, figures: readonly Figure[]): Part[] {
  const groups = document.comparison?.groups ?? [];
  const hasSlips = groups.some(({ slips }) => slips !== null && slips.slips > 0);
  const isFollowed = groups.some(({ afterSlip }) => afterSlip !== null && afterSlip.slipped > 0);
  const body = (
    <>
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
      <Charts figures={figures} />
    </>
  );
  return part("why", "Why", figures.length > 0 || document.slipLines.length > 0 || hasSlips, body);
}

function quantizationPart({ comparison, families }: PageDocument, figures: readonly Figure[]): Part[] {
  const body = (
    <>
      {families.map((family) => (
        <>
          {families.length > 1 ? <h3>{visible(family.name)}</h3> : null}
          <FamilyTable family={family} groups={comparison?.groups ?? []} thresholds={comparison?.thresholds} />
          {family.verdicts.map((verdict) => (
            <p>{visible(verdict)}</p>
          ))}
        </>
      ))}
      <Charts figures={figures} />
    </>
  );
  return part("quantization", "Quantization", families.length > 0 || figures.length > 0, body);
}

function Provenance({ document }: { readonly document: PageDocument }) {
  return (
    <>
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
    </>
  );
}
