import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { TranscriptRollout, Transcripts as Sample } from "../report/page/page-schema.ts";
import { partText, rateText, unknown } from "../report/words/numbers.ts";
import { outcomeWords } from "../report/words/words.ts";
import { visible, visibleLines } from "../visible-text.ts";
import { Head } from "./table.tsx";

/** One rollout at a time, the first slips first; `#run/rollout/turn` leads straight to a turn. */
export function Transcripts({ sample }: { readonly sample: Sample }) {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const listen = (): void => {
      const next = placeOf(location.hash);
      if (next !== null) setPlace(next);
    };
    addEventListener("hashchange", listen);
    return () => removeEventListener("hashchange", listen);
  }, []);
  const { rollouts } = sample;
  const shown = rollouts.find(({ run, rollout }) => run === place?.run && rollout === place.rollout) ?? rollouts[0];
  useEffect(() => {
    if (place?.turn !== undefined) document.getElementById(`turn-${place.turn}`)?.scrollIntoView({ block: "center" });
  }, [place]);
  if (shown === undefined) return null;
  return (
    <div>
      <p>
        <label for="rollout">Rollout </label>
        <select
          id="rollout"
          value={`${shown.run}/${shown.rollout}`}
          onChange={(event) => {
            location.hash = (event.target as HTMLSelectElement).value;
          }}
        >
          {rollouts.map((one) => (
            <option value={`${one.run}/${one.rollout}`}>{optionText(one)}</option>
          ))}
        </select>
      </p>
      <p class="paper">{optionText(shown)}</p>
      {sample.sample === null ? null : <p class="note">{sample.sample}</p>}
      <Turns rollout={shown} marked={place?.turn ?? null} />
    </div>
  );
}

function Turns({ rollout, marked }: { readonly rollout: TranscriptRollout; readonly marked: number | null }) {
  const { run, rollout: index, firstErrorTurn, turns } = rollout;
  const isSure = turns.some(({ confidence }) => confidence !== null);
  const titles = ["turn", "keys", "expected", "truth", "answer", ...(isSure ? ["probability", "gap"] : []), "verdict", "text", "first token ms", "decode ms", "reused tokens"];
  return (
    <table role="table" class="transcript wide" aria-label={`Run ${run}, rollout ${index}`}>
      <Head columns={titles} />
      <tbody role="rowgroup">
        {turns.map((turn) => (
          <tr role="row" id={`turn-${turn.turn}`} class={rowClass(turn.class, turn.turn, firstErrorTurn, marked)}>
            <th scope="row" role="rowheader">
              <a href={`#${run}/${index}/${turn.turn}`}>{turn.turn}</a>
            </th>
            <Cell column="keys">{turn.keys.join(", ")}</Cell>
            <Cell column="expected">{turn.expected}</Cell>
            <Cell column="truth">{turn.truth}</Cell>
            <Cell column="answer">{turn.answer ?? ""}</Cell>
            {isSure ? <SureCells confidence={turn.confidence} /> : null}
            <Cell column="verdict">
              <span>
                {turn.class === "right" ? "right" : `✗ ${outcomeWords[turn.class]}`}
                {turn.turn === firstErrorTurn ? <strong> first error</strong> : null}
                {turn.slip === null ? null : <span class="slip"> {turn.slip}</span>}
              </span>
            </Cell>
            <td role="cell" data-column="text" class="said">
              <bdi>{visibleLines(turn.text)}</bdi>
            </td>
            <Cell column="first token ms">{rateText(turn.ttftMs)}</Cell>
            <Cell column="decode ms">{rateText(turn.decodeMs)}</Cell>
            <Cell column="reused tokens">
              {turn.reusedTokens ?? unknown} of {turn.promptTokens ?? unknown}
            </Cell>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** @param column its title, which it bears where columns have no room */
function Cell({ column, children }: { readonly column: string; readonly children: ComponentChildren }) {
  return (
    <td role="cell" data-column={column}>
      {children}
    </td>
  );
}

function SureCells({ confidence }: Pick<TranscriptRollout["turns"][number], "confidence">) {
  return (
    <>
      <Cell column="probability">{confidence === null ? "" : partText(confidence.probability, 1)}</Cell>
      <Cell column="gap">{confidence?.gap ?? ""}</Cell>
    </>
  );
}

function rowClass(name: string, turn: number, firstErrorTurn: number | null, marked: number | null): string {
  return [name === "right" ? "" : "wrong", turn === firstErrorTurn ? "first" : "", turn === marked ? "marked" : ""].join(" ");
}

function optionText({ run, label, rollout, firstErrorTurn }: TranscriptRollout): string {
  const slip = firstErrorTurn === null ? "no error" : `first error: turn ${firstErrorTurn}`;
  return `run ${run}, ${visible(label)}, rollout ${rollout}: ${slip}`;
}

function placeOf(hash: string): { run: number; rollout: number; turn?: number } | null {
  const found = /^#(\d+)\/(\d+)(?:\/(\d+))?$/.exec(hash);
  if (found === null) return null;
  const place = { run: Number(found[1]), rollout: Number(found[2]) };
  return found[3] === undefined ? place : { ...place, turn: Number(found[3]) };
}
