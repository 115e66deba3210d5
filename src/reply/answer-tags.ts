/**
 * The tags around an answer, in one place for whoever looks for them: the watch, which ends a reply at the closing one,
 * and the parser. A tag is one in any case of letters, with or without a blank inside its brackets.
 */
export const answerEnd = /<[ \t]?\/[ \t]?answer[ \t]?>/i;

/** Letters of the longest closing tag: one that comes in pieces is never longer. */
export const longestAnswerEnd = "< / answer >".length;

const answerStart = /<[ \t]?answer[ \t]?>/gi;
const everyEnd = new RegExp(answerEnd, "gi");

/** What stands between each closing tag and the nearest opening tag before it, in order. */
export function taggedContents(text: string): string[] {
  return taggedSpans(text).map(({ begin, end }) => text.slice(begin, end));
}

/** Where that stands in the text. */
export function taggedSpans(text: string): { readonly begin: number; readonly end: number }[] {
  let from = 0;
  return [...text.matchAll(everyEnd)].flatMap(({ 0: closing, index: end }) => {
    const before = from;
    from = end + closing.length;
    const opening = [...text.slice(before, end).matchAll(answerStart)].at(-1);
    return opening === undefined ? [] : [{ begin: before + opening.index + opening[0].length, end }];
  });
}
