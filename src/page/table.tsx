import { unknown } from "../report/words/numbers.ts";
import { useMedia } from "./use-media.ts";

/** From so many columns on a table takes a wide window to stand as one. */
const wideFrom = 8;
/** So many columns have room beside the first; more are put below, beside the first once more. */
const besideAtMost = 10;

/**
 * Columns and rows of any table of the page; columns in which nothing is known are left out, unless they were asked for.
 * Where columns do not fit beside each other, each row is a block that names its cells: nothing hides behind an edge.
 */
export function Table({
  caption,
  columns: titles,
  rows: cells,
  asked = [],
}: {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly asked?: readonly string[];
}) {
  // As in page.css.
  const areBlocks = useMedia("(max-width: 72rem)");
  const isKnown = (index: number): boolean => cells.some((row) => row[index] !== "" && row[index] !== unknown);
  const kept = titles.flatMap((title, index) => (index === 0 || asked.includes(title) || isKnown(index) ? [index] : []));
  const others = kept.slice(1);
  const parts = areBlocks ? 1 : Math.max(1, Math.ceil(others.length / besideAtMost));
  const each = Math.ceil(others.length / parts);
  return (
    <>
      {Array.from({ length: parts }, (_, part) => [0, ...others.slice(part * each, (part + 1) * each)]).map((shown, part) => (
        <Part
          caption={part === 0 ? caption : `${caption}, continued`}
          columns={shown.map((index) => joined(titles[index] ?? ""))}
          rows={cells.map((row) => shown.map((index) => joined(row[index] ?? "")))}
        />
      ))}
    </>
  );
}

function Part({ caption, columns, rows }: { readonly caption: string; readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }) {
  return (
    <table role="table" aria-label={caption} class={columns.length >= wideFrom ? "wide" : ""}>
      <Head columns={columns} />
      <tbody role="rowgroup">
        {rows.map(([first, ...rest]) => (
          <tr role="row">
            <th scope="row" role="rowheader">
              {first}
            </th>
            {rest.map((cell, index) => (
              <td role="cell" data-column={columns[index + 1]} class={longWord.test(cell) ? "long" : ""}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Head({ columns }: { readonly columns: readonly string[] }) {
  return (
    <thead role="rowgroup">
      <tr role="row">
        {columns.map((column) => (
          <th scope="col" role="columnheader">
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** What may break anywhere, since it has no place to break at. */
const longWord = /\S{25}/;

/** "83 % (73 to 89)" may break before its interval and nowhere else. */
function joined(text: string): string {
  return text.replace(/ %/g, "\u00a0%").replace(/\([^()]{1,24}\)/g, (interval) => interval.replaceAll(" ", "\u00a0"));
}
