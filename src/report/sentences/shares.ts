import type { PartialStudy } from "../../figures/missing-shares.ts";
import type { PlayedPart } from "../../reading/study.ts";
import { counted, listed } from "../words/words.ts";

/** What is here of a study that was divided, and which shares of it are not. */
export function sharesMissing({ seed, rollouts, here, missing, shares }: PartialStudy): string {
  const whose = seed === null ? "" : ` (seed ${seed})`;
  const found = `of ${counted(rollouts, "rollout")}${whose} ${here.toLocaleString("en")} ${here === 1 ? "is" : "are"} here`;
  if (shares === null) {
    const gaps = missing.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`));
    return `${found}; missing ${isOne(missing) ? "is rollout" : "are rollouts"} ${listed(gaps)} (the first is 0).`;
  }
  const { of, here: own, missing: others } = shares;
  const are = others.length === 1 ? "is" : "are";
  return `${found}: ${sharesText(own)} of ${of}; ${sharesText(others)} ${are} not.`;
}

/** Which rollouts of its study a run plays. @param rollouts of the whole study */
export function shareOfStudy({ number, of, first, count }: PlayedPart, rollouts: number): string {
  const which = count === 1 ? `rollout ${first}` : `rollouts ${first} to ${first + count - 1}`;
  return `${which} of ${rollouts.toLocaleString("en")}, share ${number} of ${of}`;
}

function isOne(missing: PartialStudy["missing"]): boolean {
  return missing.length === 1 && missing.every(([first, last]) => first === last);
}

/** "share 3", "shares 1, 2 and 4", "shares 1 to 7 and 9" */
function sharesText(numbers: readonly number[]): string {
  return `share${numbers.length === 1 ? "" : "s"} ${listed(stretches(numbers))}`;
}

/** Three and more that follow each other as "1 to 3". */
function stretches(numbers: readonly number[]): string[] {
  const texts: string[] = [];
  let from = 0;
  for (const [index, number] of numbers.entries()) {
    if (numbers[index + 1] === number + 1) continue;
    const own = numbers.slice(from, index + 1);
    texts.push(...(own.length > 2 ? [`${own[0]} to ${number}`] : own.map(String)));
    from = index + 1;
  }
  return texts;
}
