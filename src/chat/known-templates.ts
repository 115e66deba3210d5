/**
 * What llama.cpp does for single families beside rendering, each known by marks in its template's text. Of the families
 * that it knows these alone get other messages or another text.
 */
export interface TemplateManners {
  /** Where reasoning of an answer goes beside `reasoning_content`, or instead of it: a part of the content. */
  readonly reasoning: "field" | "thinking" | "part";
  /** Whether white space at the ends of messages is left out: it drives these models into loops. */
  readonly isTrimmed: boolean;
  /** Mends the rendered text. */
  finish(text: string, isAsking: boolean): string;
}

export function mannersOf(template: string): TemplateManners {
  const has = (mark: string): boolean => template.includes(mark);
  const isTrimmed = has("You have access to the following functions in JSONSchema format");
  const plain = { reasoning: "field" as const, isTrimmed, finish: (text: string) => text };
  // Ministral 3, Magistral, Devstral 2; Mistral Small 3.2 has call ids.
  if (has("[SYSTEM_PROMPT]") && has("[TOOL_CALLS]") && has("[ARGS]") && !has("[CALL_ID]"))
    return { ...plain, reasoning: "part" };
  if (has("<|channel|>")) return { ...plain, reasoning: "thinking", finish: finishGptOss };
  const isLfm2 = has("<|tool_list_start|>") && has("<|tool_list_end|>");
  const isLfm25 = has("List of tools: [") && !has("<|tool_list_start|>");
  if (isLfm2 || isLfm25) return { ...plain, reasoning: "thinking" };
  if (has("'<|tool_call>call:'")) return { ...plain, finish: finishGemma4 };
  return plain;
}

/**
 * The template without two checks that refuse ordinary histories, as llama.cpp takes them out: gpt-oss's for the marks
 * of channels in what was said, and some of Mistral's for an answer that is empty.
 */
export function withoutRefusals(template: string): string {
  return template.replaceAll(channelCheck, off).replaceAll(emptyAnswerCheck, off);
}

const off = "{%- if false %}";
const channelCheck =
  '{%- if "<|channel|>analysis<|message|>" in message.content or "<|channel|>final<|message|>" in message.content %}';
const emptyAnswerCheck =
  "{%- if (message['content'] is none or message['content'] == '' or message['content']|length == 0)" +
  " and (message['tool_calls'] is not defined or message['tool_calls'] is none or message['tool_calls']|length == 0) %}";

/** An answer that is history ends otherwise than one that is being given. */
function finishGptOss(text: string, isAsking: boolean): string {
  const at = isAsking ? -1 : text.lastIndexOf("<|return|>");
  return at < 0 ? text : `${text.slice(0, at)}<|end|>${text.slice(at + "<|return|>".length)}`;
}

/** Some of its templates leave the generation prompt out. */
function finishGemma4(text: string, isAsking: boolean): string {
  return isAsking && text.endsWith("<turn|>\n") ? `${text}<|turn>model\n` : text;
}
