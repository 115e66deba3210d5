/** Words of llama.cpp about a model that it refuses, with the keys that they are about where it names its own variables only. */
export function withKeys(words: string): string {
  const keys = keysByWords
    .filter(([pattern, key]) => pattern.test(words) && !words.includes(key))
    .map(([, key]) => key);
  return keys.length === 0 ? words : `${words} (in the header: ${keys.join(", ")})`;
}

const keysByWords: readonly (readonly [RegExp, string])[] = [
  [/\bn_expert\b/, "expert_count"],
  [/\bn_expert_used/, "expert_used_count"],
  [/\bn_expert_groups\b/, "expert_group_count"],
  [/\bn_group_used\b/, "expert_group_used_count"],
  [/no expert layers are used/, "expert_used_count"],
  [/\bn_layer(_all)?\b/, "block_count"],
  [/\bn_layer_nextn\b/, "nextn_predict_layers"],
  [/\bwrong number of tensors\b/, "block_count"],
  [/\bn_embd\b/, "embedding_length"],
  [/\bn_ff\b/, "feed_forward_length"],
  [/\bn_head\b/, "attention.head_count"],
  [/\bn_head_kv\b/, "attention.head_count_kv"],
  [/\bn_embd_head_k\w*\b|\bn_rot\b/, "attention.key_length"],
  [/\bn_embd_head_v\w*\b/, "attention.value_length"],
  [/\bn_rot\b/, "rope.dimension_count"],
  [/\bn_swa\b|\bswa_type\b/, "attention.sliding_window"],
  [/\brope_scaling_type/, "rope.scaling.type"],
  [/\beps >= /, "attention.layer_norm_rms_epsilon"],
  [/model architecture/, "general.architecture"],
  [/^alignment\b|must be aligned/, "general.alignment"],
  [/unknown tokenizer|cannot find tokenizer vocab/, "tokenizer.ggml.model"],
  [/pre-tokenizer/, "tokenizer.ggml.pre"],
  [/\bid_to_token\b|missing newline token|cannot find tokenizer vocab/, "tokenizer.ggml.tokens"],
  [/tokenizer merges|\btoken_(left|right)\b/, "tokenizer.ggml.merges"],
  [/for scores\b/, "tokenizer.ggml.scores"],
  [/for toktypes\b|Byte token for/, "tokenizer.ggml.token_type"],
  [/precompiled.charsmap|XCDA/, "tokenizer.ggml.precompiled_charsmap"],
  [/special_bos_id|token_bos/, "tokenizer.ggml.bos_token_id"],
  [/special_eos_id|token_eos/, "tokenizer.ggml.eos_token_id"],
];
