import { historyText, parseHistory } from "./history/spec.ts";
import { parseVotes, type Protocol, votesText } from "./protocol.ts";

/** A protocol as a run's settings hold it. */
export interface ProtocolSettings {
  readonly history: string;
  readonly votes: string;
  readonly format: string;
  readonly thinking: string;
  readonly thinkingBudget: number | null;
  readonly probe: readonly number[] | null;
  readonly until: string;
}

export function protocolSettings(protocol: Protocol): ProtocolSettings {
  const { history, votes, format, thinking, thinkingBudget, probe, until } = protocol;
  return {
    history: historyText(history),
    votes: votesText(votes),
    format,
    thinking,
    thinkingBudget,
    probe,
    until,
  };
}

/** Reads it back. @throws UsageError for what this program does not know */
export function protocolOf(settings: ProtocolSettings): Protocol {
  const { history, votes, format, thinking, thinkingBudget, probe, until } = settings;
  return {
    history: parseHistory(history),
    votes: parseVotes(votes),
    format: format === "integer" ? "integer" : "free",
    thinking: thinking === "on" ? "on" : "off",
    thinkingBudget,
    probe,
    until: until === "first-error" ? "first-error" : "end",
  };
}
