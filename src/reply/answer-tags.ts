/**
 * The tags around an answer, in one place for whoever looks for them: the watch, which ends a reply at the closing one,
 * and the parser. A tag is one in any case of letters, with or without a blank inside its brackets.
 */
export const answerEnd = /<[ \t]?\/[ \t]?answer[ \t]?>/i;

/** Letters of the longest closing tag: one that comes in pieces is never longer. */
export const longestAnswerEnd = "< / answer >".length;

const answerStart = /<[ \t]?answer[ \t]?>/gi;

/** What stands between each closing tag and the nearest opening tag before it, in order. */
export function taggedContents(text: string): string[] {
  return text.split(answerEnd).flatMap((before, index, parts) => {
    if (index === parts.length - 1) return [];
    const opening = [...before.matchAll(answerStart)].at(-1);
    return opening === undefined ? [] : [before.slice(opening.index + opening[0].length)];
  });
}
