import type { FirstAsked } from "../../reading/page.ts";
import { shellWord } from "../../typed-line.ts";
import { messagesAlone, promptUntold, templateAround } from "../sentences/prompt.ts";
import type { PagePrompt } from "./page-schema.ts";

/** The messages with what to know of them. @param db the file's name */
export function promptShown(first: FirstAsked, db: string): PagePrompt {
  const { run, label, rollout, turn, isTemplated, messages, reason } = first;
  if (messages === null) return { run, label, messages: [], note: promptUntold(reason) };
  const place = { rollout, turn };
  const command = [
    `longhaul show ${run} --rollout ${rollout}`,
    `--turn ${turn} --prompt --db ${shellWord(db)}`,
  ].join(" ");
  return { run, label, messages, note: isTemplated ? templateAround(place, command) : messagesAlone(place) };
}
