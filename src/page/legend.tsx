import { useMemo } from "preact/hooks";
import type { Figure } from "./figures/drawing.ts";
import { type Key, keysOf } from "./figures/keys.ts";
import type { Ground } from "./figures/palette.ts";
import { visible } from "../visible-text.ts";

/** The names of a figure with their marks. Each is a button that hides what bears the name, or shows it again. */
export function Legend({
  figure,
  ground,
  hidden,
  onToggle,
}: {
  readonly figure: Figure;
  readonly ground: Ground;
  readonly hidden: ReadonlySet<string>;
  readonly onToggle: (name: string) => void;
}) {
  const keys = useMemo(() => keysOf(figure.option(ground)), [figure, ground]);
  return (
    <ul class="keys">
      {keys.map((key) => (
        <li>
          <button type="button" aria-pressed={!hidden.has(key.name)} onClick={() => onToggle(key.name)}>
            <Swatch {...key} />
            {visible(key.name)}
          </button>
        </li>
      ))}
    </ul>
  );
}

function Swatch({ kind, color, dash, mark, isHollow, hatch }: Key) {
  return (
    <svg width="30" height="12" viewBox="0 0 30 12" aria-hidden="true">
      {kind === "line" ? (
        <line x1="0" x2="30" y1="6" y2="6" stroke={color} stroke-width="2" stroke-dasharray={typeof dash === "string" ? undefined : dash.join(" ")} />
      ) : null}
      {kind === "area" ? <rect x="6" width="18" height="12" fill={color} /> : null}
      {hatch === null ? null : <Hatch degrees={hatch} />}
      {mark === null || kind === "area" ? null : <path d={mark} fill={isHollow ? "none" : color} stroke={color} stroke-width={isHollow ? 1.5 : 0} transform="translate(10 1)" />}
    </svg>
  );
}

/** Strokes over the swatch of an area. */
function Hatch({ degrees }: { readonly degrees: number }) {
  return (
    <svg x="6" width="18" height="12" viewBox="0 0 18 12">
      <g transform={`rotate(${degrees} 9 6)`} stroke="#ffffff" stroke-width="1.5">
        {[-9, -2, 5, 12, 19].map((y) => (
          <line x1="-10" x2="28" y1={y} y2={y} />
        ))}
      </g>
    </svg>
  );
}
