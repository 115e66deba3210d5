/**
 * What servers say when they refuse a request; each says it otherwise, so that only their words tell. Where from:
 * test/engine/server/fixtures/streams/README.md.
 */

/** Whether the conversation has no room in the server's context. */
export function saysContextIsFull(said: string): boolean {
  return full.some((words) => words.test(said));
}

const full = [
  // llama.cpp
  /exceed_context_size_error|exceeds the available context size/i,
  // vLLM, SGLang, OpenAI
  /maximum context length|context_length_exceeded/i,
  /longer than the (maximum model|model's context) length/i,
  // Ollama
  /input length exceeds (the )?(maximum )?context length/i,
  // LM Studio
  /context size has been exceeded|greater than the context length|when (the )?context (the )?overflows/i,
  /n_keep .*n_ctx|reached context length of/i,
  // TGI
  /`inputs` tokens \+ `max_new_tokens` must be|`inputs` must have less than/i,
];

/** Whether its chat template takes no instructions apart from the user's words. */
export function saysNoSystemRole(said: string): boolean {
  return /system (role|message|prompt)s? (is |are )?not supported|only user(,| and) assistant|roles must alternate|after the optional system message/i.test(
    said,
  );
}

/** Whether it is the chat template that fails, which it does every time. */
export function saysTemplateFails(said: string): boolean {
  return saysNoSystemRole(said) || /raise_exception|jinja|chat template|template error/i.test(said);
}

/** Which of these parameters it does not take. */
export function refusedParameters(said: string, sent: readonly string[]): string[] {
  if (
    !/unknown|unrecogni[sz]ed|unexpected|extra|not (supported|permitted|allowed)|unsupported|does not support|invalid|must be/i.test(
      said,
    )
  )
    return [];
  return sent.filter((name) => new RegExp(`(?<![\\w.])(body\\.)?${name}(?!\\w)`).test(said));
}

/** Whether its model cannot reason when asked to. */
export function saysNoThinking(said: string): boolean {
  return /does not support thinking|think(ing)? value .* not supported/i.test(said);
}
