import { experiment } from "./findings.worlds.ts";
import type { Conclusion } from "./world.ts";

const lines = ["  - use: votes", "    most: 20"];
const sized = "turns: 20, rollouts: 30";
/** Most answers given at once are wrong alike, so no vote helps; reasoning does, and takes as many tokens as ten answers. */
const thought = experiment("p=0.3,repeat-answer=1,cot-gain=5,cot-tokens=50", lines, sized);
/** Right more often than not, wrong in many ways: votes help, words do not. */
const voted = experiment("p=0.7,cot-gain=0,cot-tokens=50", lines, sized);
/** Neither helps where there is next to nothing to mend. */
const alike = experiment("p=0.998,cot-tokens=50", lines, sized);
/** More words than the vote may have samples. */
const long = experiment("p=0.3,repeat-answer=1,cot-gain=5,cot-tokens=200", lines, sized);

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "votes.voteSentence",
    pattern:
      /At 55\.\d decoded tokens a turn chain of thought is right in 9\d.* of turns, at 5\d\.\d majority of 1\d in [^:]*: thought gets more right with about as many tokens \(p/,
    said: thought,
    unsaid: voted,
  },
  {
    sentence: "votes.voteSentence",
    pattern: /: the vote gets more right with about as many tokens \(p/,
    said: voted,
    unsaid: alike,
  },
  {
    sentence: "votes.voteSentence",
    pattern:
      /decoded tokens a turn chain of thought is right in [^:]* majority of 1\d in [^:]*: no difference shown \(p/,
    said: alike,
    unsaid: voted,
  },
  {
    sentence: "votes.voteSentence",
    pattern: /majority of 20 in [^:]*: thought gets more right with more tokens/,
    said: long,
    unsaid: thought,
  },
];
