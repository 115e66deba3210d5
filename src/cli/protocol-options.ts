import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { parseHistory } from "../rollout/history/spec.ts";
import { parseProbe, parseVotes, type Protocol } from "../rollout/protocol.ts";
import { impossibleProtocol } from "../rollout/protocol-limits.ts";
import { promptForms, type Task } from "../tasks/task.ts";
import { FlagReader, type Flags } from "./flag-reader.ts";

/** Adds the flags that decide how a rollout is carried out. */
export function withProtocolOptions(command: Command): Command {
  return command
    .option("--prompt <form>", `how an answer is asked for: ${promptForms.join(", ")}`, "direct")
    .option(
      "--history <policy>",
      "what the conversation shows of earlier turns: own, healed, window:5, injected:rate=0.5, ...",
      "own",
    )
    .option("--votes <rule>", "samples a turn: majority:5, ahead:2 or none", "none")
    .option("--format <form>", "free, or integer: a grammar lets only a tagged integer through", "free")
    .option("--thinking <mode>", "on: the template is told to reason (models that can)", "off")
    .option("--thinking-budget <tokens>", "reasoning is closed after so many tokens, or none", "none")
    .option("--probe <turns>", "ask only these turns, the history before them is given; or all", "all")
    .option("--until <when>", "end, or first-error: a rollout stops at its first wrong answer", "end");
}

/** @throws UsageError naming the flag, its value and the fix */
export function parseProtocol(flags: Flags, task: Task, turns: number, temperature: number): Protocol {
  const read = new FlagReader(flags);
  const protocol: Protocol = {
    history: parseHistory(read.text("history")),
    votes: parseVotes(read.text("votes")),
    format: read.choice("format", ["free", "integer"] as const),
    thinking: read.choice("thinking", ["off", "on"] as const),
    thinkingBudget:
      read.text("thinkingBudget") === "none" ? null : read.count("thinkingBudget", 1, 1_000_000),
    probe: parseProbe(read.text("probe"), turns),
    until: read.choice("until", ["end", "first-error"] as const),
  };
  const reason = impossibleProtocol(task, protocol, temperature);
  if (reason !== null) throw new UsageError(reason);
  return protocol;
}
