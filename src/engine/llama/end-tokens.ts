import type { LlamaModel, Token } from "node-llama-cpp";

/**
 * Whether a reply ends with this token, as llama.cpp sees it. The binding also takes for an end what a vocabulary names
 * the end of a turn; where replies go on behind it (gpt-oss and Solar end each of their messages with `<|end|>`),
 * llama.cpp makes it a token of another kind.
 */
export function endsReply(model: LlamaModel, token: Token): boolean {
  if (!model.isEogToken(token)) return false;
  const { eos, eot } = model.tokens;
  return token !== eot || token === eos || model.getTokenAttributes(token).control;
}
