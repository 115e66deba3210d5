import { expect, it } from "vitest";
import type { ChatFacts } from "../../src/chat/facts.ts";
import { contenderOf } from "../../src/figures/contender.ts";
import { decidingOf } from "../../src/figures/pairs.ts";
import { isThinking } from "../../src/reading/is-thinking.ts";
import { madeRollouts, madeRows, madeRun, madeSettings, madeSummary } from "../report/runs.ts";

const chat: ChatFacts = {
  jinja: "llama.cpp",
  variables: { enable_thinking: false },
  system: "own",
  turnStarts: [],
  reasoning: null,
  isThinking: true,
  history: "appends",
};

it("is what the run's row says, and what was asked for where no row says it", () => {
  expect(isThinking(madeRun({ chat }))).toBe(true);
  expect(isThinking(madeRun({ settings: madeSettings({ thinking: "on" }) }))).toBe(true);
  expect(isThinking(madeRun())).toBe(false);
});

it("keeps a healed history, which leaves out reasoning, from being the model's own up to the first error", () => {
  const rollouts = madeRollouts([4], 2);
  const contender = (history: string, facts: ChatFacts | null) => {
    const run = madeRun({ chat: facts, settings: madeSettings({ history, until: "first-error" }) });
    return contenderOf(history, madeSummary(run, rollouts), [madeRows(run, rollouts)]);
  };
  const decidedBy = (facts: ChatFacts | null) =>
    decidingOf(contender("own", facts), contender("healed", facts));
  expect(decidedBy({ ...chat, isThinking: false })).toBe("nothing");
  expect(decidedBy(chat)).not.toBe("nothing");
});
