import { meanText, type SharedInterval, shareText } from "../words/numbers.ts";
import { counted } from "../words/words.ts";

/** A mean with its 95 % interval; null: not known. */
interface Mean {
  readonly mean: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

type CountedMean = Mean & { readonly n: number };

/** How sure the model was of right answers and of wrong numbers, by whatever it is told; empty: there are none. */
export function surenessOfAnswers({
  right,
  wrong,
}: {
  readonly right: CountedMean;
  readonly wrong: CountedMean;
}): string {
  const parts = [
    ...(right.n === 0 ? [] : [`right answers ${meanText(right)}`]),
    ...(wrong.n === 0 ? [] : [`wrong numbers ${meanText(wrong)}`]),
  ];
  return parts.join(", ");
}

/** How many of the wrong numbers all but were another answer. @param below how near that is, in log-odds */
export function nearTiesAmong({
  n,
  below,
  ...share
}: SharedInterval & { readonly n: number; readonly below: number }): string {
  return `${shareText(share)} of ${counted(n, "wrong number")}: less than ${below} from another token where they were decided`;
}

/** That doubt begins so many turns before the slip. @param difference of the last turn before it, from other rollouts */
export function doubtBegins(turns: number, difference: Mean): string {
  return `begins ${counted(turns, "turn")} before the first slip: the last lies ${belowText(difference)} below other rollouts at that turn`;
}

/** That no doubt is shown before a slip, or that nothing is known of it. @param difference as there; null: unknown */
export function doubtNotShown(difference: Mean | null): string {
  if (difference === null || difference.low === null)
    return "unknown, since too few first slips have turns before them and other rollouts beside them";
  const isAbove = (difference.mean ?? 0) > 0;
  const lies = isAbove ? `${meanText(difference)} above` : `${belowText(difference)} below`;
  return `not shown: the turn before the first slip lies ${lies} other rollouts at that turn`;
}

function belowText({ mean, low, high }: Mean): string {
  const turned = (value: number | null): number | null => (value === null ? null : -value);
  return meanText({ mean: turned(mean), low: turned(high), high: turned(low) });
}
