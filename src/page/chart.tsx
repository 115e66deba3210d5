import { useEffect, useRef, useState } from "preact/hooks";
import { unknown } from "../report/words/numbers.ts";
import { echarts } from "./charts.ts";
import { csvOf } from "./csv.ts";
import { drawSvg } from "./draw-svg.ts";
import type { Figure } from "./figures/drawing.ts";
import { dark, light } from "./figures/palette.ts";
import { Legend } from "./legend.tsx";
import { save } from "./save.ts";
import { Table } from "./table.tsx";
import { useMedia } from "./use-media.ts";
import { visible } from "../visible-text.ts";

/** A figure with what stands behind it: its numbers as a table, and both to save. */
export function Chart({ figure }: { readonly figure: Figure }) {
  const element = useRef<HTMLDivElement>(null);
  const paper = usePaper(figure);
  const ground = useMedia("(prefers-color-scheme: dark)") ? dark : light;
  const isStacked = useMedia("(max-width: 45rem)") && figure.isPair === true;
  const isNear = useNear(element);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    if (element.current === null || !isNear) return undefined;
    const chart = echarts.init(element.current, null, { renderer: "svg" });
    chart.setOption({ ...shownOf(figure.option(ground, isStacked), hidden), backgroundColor: "transparent" });
    const resize = (): void => chart.resize();
    const observer = new ResizeObserver(resize);
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [figure, ground, isStacked, isNear, hidden]);
  return (
    <figure id={figure.id}>
      <figcaption>{figure.title}</figcaption>
      <Legend figure={figure} ground={ground} hidden={hidden} onToggle={(name) => setHidden(toggled(hidden, name))} />
      <div class={isStacked ? "chart stacked" : "chart"} ref={element} role="img" aria-label={`${figure.title}. ${figure.label}`} />
      <div class="paper" ref={paper} />
      {(figure.notes ?? []).map((note) => (
        <p>{visible(note)}</p>
      ))}
      <div class="tools">
        <button type="button" onClick={() => save(`${figure.id}.svg`, "image/svg+xml", drawSvg(figure))}>
          Save SVG
        </button>
        <button type="button" onClick={() => save(`${figure.id}.csv`, "text/csv", csvOf(figure))}>
          Save CSV
        </button>
      </div>
      <details>
        <summary>As a table</summary>
        <Table
          caption={`${figure.title}, table`}
          columns={figure.columns}
          rows={figure.rows.map((row) => row.map(cellText))}
        />
      </details>
    </figure>
  );
}

function cellText(cell: string | number | null): string {
  if (cell === null) return unknown;
  return typeof cell === "number" ? cell.toLocaleString("en", { maximumSignificantDigits: 6 }) : cell;
}

/** Without what is hidden, its bands and intervals included. */
function shownOf(option: object, hidden: ReadonlySet<string>): object {
  const { series } = option as { series: readonly { readonly name: string }[] };
  const isHidden = (name: string): boolean =>
    [...hidden].some((one) => name === one || ["low", "band", "interval"].some((part) => name === `${one} ${part}`));
  return { ...option, series: series.filter(({ name }) => !isHidden(name)) };
}

function toggled(names: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return names.has(name) ? new Set([...names].filter((one) => one !== name)) : new Set([...names, name]);
}

/**
 * The figure for paper, whatever was drawn on the screen before: on white, in the paper's width. It is there before the
 * browser lays pages out, so it is put there at once and by hand.
 */
function usePaper(figure: Figure): { readonly current: HTMLDivElement | null } {
  const paper = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const query = matchMedia("print");
    const draw = (): void => {
      if (paper.current !== null) paper.current.innerHTML = drawSvg(figure);
    };
    const drawIfPrinted = (): void => {
      if (query.matches) draw();
    };
    const clear = (): void => paper.current?.replaceChildren();
    drawIfPrinted();
    addEventListener("beforeprint", draw);
    addEventListener("afterprint", clear);
    query.addEventListener("change", drawIfPrinted);
    return () => {
      removeEventListener("beforeprint", draw);
      removeEventListener("afterprint", clear);
      query.removeEventListener("change", drawIfPrinted);
    };
  }, [figure]);
  return paper;
}

/** Charts are drawn when they come near: the first view waits for none. */
function useNear(element: { readonly current: HTMLDivElement | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const draw = (): void => setNear(true);
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) draw();
      },
      { rootMargin: "400px" },
    );
    if (element.current !== null) observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return isNear;
}
