import { useEffect, useRef, useState } from "preact/hooks";
import { unknown } from "../report/words/numbers.ts";
import { echarts } from "./charts.ts";
import { csvOf } from "./csv.ts";
import { drawSvg } from "./draw-svg.ts";
import type { Figure } from "./figures/drawing.ts";
import { dark, type Ground, light } from "./figures/palette.ts";
import { save } from "./save.ts";
import { visible } from "../visible-text.ts";

/** A figure with what stands behind it: its numbers as a table, and both to save. */
export function Chart({ figure }: { readonly figure: Figure }) {
  const element = useRef<HTMLDivElement>(null);
  const ground = useGround();
  const isNear = useNear(element);
  useEffect(() => {
    if (element.current === null || !isNear) return undefined;
    const chart = echarts.init(element.current, null, { renderer: "svg" });
    chart.setOption({ ...figure.option(ground), backgroundColor: "transparent" });
    const resize = (): void => chart.resize();
    const observer = new ResizeObserver(resize);
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [figure, ground, isNear]);
  return (
    <figure id={figure.id}>
      <figcaption>{figure.title}</figcaption>
      <div class="chart" ref={element} role="img" aria-label={`${figure.title}. ${figure.label}`} />
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
        <div class="scroll" tabIndex={0} role="region" aria-label={`${figure.title}, table`}>
          <table>
            <thead>
              <tr>
                {figure.columns.map((column) => (
                  <th scope="col">{column}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {figure.rows.map((row) => (
                <tr>
                  {row.map((cell) => (
                    <td class={typeof cell === "number" ? "number" : ""}>{cellText(cell)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

function cellText(cell: string | number | null): string {
  if (cell === null) return unknown;
  return typeof cell === "number" ? cell.toLocaleString("en", { maximumSignificantDigits: 6 }) : cell;
}

/** Charts are drawn when they come near, or all of them for the printer: the first view waits for none. */
function useNear(element: { readonly current: HTMLDivElement | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    const draw = (): void => setNear(true);
    addEventListener("beforeprint", draw);
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) draw();
      },
      { rootMargin: "400px" },
    );
    if (element.current !== null) observer.observe(element.current);
    return () => {
      removeEventListener("beforeprint", draw);
      observer.disconnect();
    };
  }, [element]);
  return isNear;
}

function useGround(): Ground {
  const query = matchMedia("(prefers-color-scheme: dark)");
  const [isDark, setDark] = useState(query.matches);
  useEffect(() => {
    const listen = (): void => setDark(query.matches);
    query.addEventListener("change", listen);
    return () => query.removeEventListener("change", listen);
  }, []);
  return isDark ? dark : light;
}
