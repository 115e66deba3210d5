import { UsageError } from "../../errors.ts";

/** How wrong totals are made. `replay` takes the errors that the model itself made in an earlier run. */
export const injectedErrors = ["noise", "offset", "look-up", "replay"] as const;
export type InjectedError = (typeof injectedErrors)[number];

/** Where among the turns errors may stand. */
export const errorBlocks = ["all", "early", "late"] as const;

/** Who says the totals: the model's own turns, or the user. */
export const shownRoles = ["assistant", "user"] as const;

export interface InjectedSpec {
  readonly kind: "injected";
  readonly error: InjectedError;
  /** Chance that an answer in the block is wrong. */
  readonly rate: number;
  /** The largest error of `noise` and `offset`. */
  readonly magnitude: number;
  readonly block: (typeof errorBlocks)[number];
  readonly role: (typeof shownRoles)[number];
  /** For `replay`: the run whose errors are replayed; null otherwise. */
  readonly run: number | null;
}

/** Where the history comes from: one member, one file. */
export type HistorySpec =
  | { readonly kind: "own" }
  | { readonly kind: "stripped" }
  | { readonly kind: "healed" }
  | { readonly kind: "heal"; readonly every: number }
  | InjectedSpec
  | { readonly kind: "window"; readonly turns: number }
  | { readonly kind: "recap" }
  | { readonly kind: "fresh" }
  | { readonly kind: "filler" };

const forms =
  "own, stripped, healed, heal:N, window:N, recap, fresh, filler, or injected:rate=0.5,error=noise|offset|look-up|replay,magnitude=10,block=all|early|late,role=assistant|user,run=N";

/** The canonical text of a spec; {@link parseHistory} reads it back. */
export function historyText(spec: HistorySpec): string {
  switch (spec.kind) {
    case "heal":
      return `heal:${spec.every}`;
    case "window":
      return `window:${spec.turns}`;
    case "injected": {
      const { error, rate, magnitude, block, role, run } = spec;
      const parts = [
        `rate=${rate}`,
        `error=${error}`,
        `magnitude=${magnitude}`,
        `block=${block}`,
        `role=${role}`,
      ];
      return `injected:${[...parts, ...(run === null ? [] : [`run=${run}`])].join(",")}`;
    }
    default:
      return spec.kind;
  }
}

/** @throws UsageError naming the value and what is allowed */
export function parseHistory(text: string): HistorySpec {
  const [kind, rest] = splitOnce(text, ":");
  switch (kind) {
    case "own":
    case "stripped":
    case "healed":
    case "recap":
    case "fresh":
    case "filler":
      if (rest === "") return { kind };
      break;
    case "heal":
    case "window": {
      const count = Number(rest);
      if (!Number.isInteger(count) || count < 1) break;
      return kind === "heal" ? { kind, every: count } : { kind, turns: count };
    }
    case "injected":
      return parseInjected(text, rest);
    default:
  }
  throw new UsageError(`--history ${text}: use ${forms}.`);
}

function parseInjected(text: string, rest: string): InjectedSpec {
  const given = new Map(
    rest
      .split(",")
      .filter((part) => part !== "")
      .map((part) => splitOnce(part, "=")),
  );
  const unknown = [...given.keys()].find((name) => !injectedNames.includes(name));
  if (unknown !== undefined) throw new UsageError(`--history ${text}: unknown "${unknown}". Use ${forms}.`);
  const error = oneOf(given.get("error") ?? "noise", injectedErrors);
  const block = oneOf(given.get("block") ?? "all", errorBlocks);
  const role = oneOf(given.get("role") ?? "assistant", shownRoles);
  const rate = Number(given.get("rate") ?? "0.5");
  const magnitude = Number(given.get("magnitude") ?? "10");
  const run = given.has("run") ? Number(given.get("run")) : null;
  const isGood =
    error !== null &&
    block !== null &&
    role !== null &&
    rate >= 0 &&
    rate <= 1 &&
    Number.isInteger(magnitude) &&
    magnitude >= 1 &&
    (run === null || (Number.isInteger(run) && run >= 1));
  if (!isGood) throw new UsageError(`--history ${text}: use ${forms}.`);
  if ((error === "replay") !== (run !== null)) {
    throw new UsageError(
      `--history ${text}: error=replay needs run=N, the run whose errors are replayed, and only it takes one.`,
    );
  }
  return { kind: "injected", error, rate, magnitude, block, role, run };
}

const injectedNames = ["rate", "error", "magnitude", "block", "role", "run"];

function oneOf<Name extends string>(text: string, names: readonly Name[]): Name | null {
  return names.find((name) => name === text) ?? null;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + mark.length)];
}
