import { bytesText, parametersText } from "../../report/words/numbers.ts";
import { axes, below } from "./drawing.ts";
import type { Ground } from "./palette.ts";

/** What a model is large by; null: not known. */
export interface Sized {
  readonly parameters: number | null;
  readonly bytes: number | null;
}

/** What models stand by from left to right. */
export interface Size {
  readonly title: string;
  readonly textOf: (size: number) => string;
  readonly of: (model: Sized) => number | null;
}

const sizes: readonly Size[] = [
  { title: "parameters", textOf: parametersText, of: ({ parameters }) => parameters },
  { title: "file size, bytes", textOf: bytesText, of: ({ bytes }) => bytes },
];

/** What stands beside the weights makes files of one size differ by less. */
const leastRatio = 1.05;

/** Parameters, or bytes where those are all alike; null where sizes are not known, or all about one. */
export function tellingSize(models: readonly Sized[]): Size | null {
  const telling = sizes.find(({ of }) => {
    const known = models.flatMap((model) => of(model) ?? []);
    return Math.max(...known) > leastRatio * Math.min(...known);
  });
  return telling ?? null;
}

/** The axis that models stand on by it. */
export function sizeAxis({ title, textOf }: Size, ground: Ground): object {
  return {
    ...below(title),
    type: "log",
    ...axes(ground),
    axisLabel: { color: ground.muted, formatter: textOf },
  };
}
