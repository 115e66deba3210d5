import type { CheckedModel } from "./check.ts";
import { hasRecurrentState } from "./shape.ts";
import { type KvType, kvElementBytes } from "./tensor-types.ts";

/**
 * Bytes that one token takes in the KV cache over all layers, or null where the header does not tell (recurrent and
 * hybrid models, latent attention, windowed layers of another width). A window does not shrink it: the cache is full
 * size for every layer, so that any prefix can be reused.
 */
export function kvBytesPerToken(model: CacheFacts, keyType: KvType, valueType: KvType): number | null {
  const layers = kvBytesPerLayer(model, keyType, valueType);
  return layers === null ? null : layers.reduce((sum, bytes) => sum + bytes, 0);
}

type CacheFacts = Pick<
  CheckedModel,
  "architecture" | "blockCount" | "headCountKv" | "keyLength" | "valueLength" | "metadata"
>;

/** The same of each layer, in order. */
export function kvBytesPerLayer(
  model: CacheFacts,
  keyType: KvType,
  valueType: KvType,
): readonly number[] | null {
  const { architecture, blockCount, headCountKv, keyLength, valueLength } = model;
  const attention = section(section(model.metadata[architecture])["attention"]);
  const keyLengthSwa = attention["key_length_swa"] ?? keyLength;
  const valueLengthSwa = attention["value_length_swa"] ?? valueLength;
  if (hasRecurrentState(architecture) || attention["kv_lora_rank"] !== undefined) return null;
  if (blockCount === null || headCountKv === null || keyLength === null || valueLength === null) return null;
  if (keyLengthSwa !== keyLength || valueLengthSwa !== valueLength) return null;
  // The last ones of some models read the cache of earlier ones.
  const cachedLayers = Math.max(0, blockCount - Number(attention["shared_kv_layers"] ?? 0));
  const headBytes = keyLength * kvElementBytes[keyType] + valueLength * kvElementBytes[valueType];
  return Array.from({ length: blockCount }, (_, layer) => {
    const heads = typeof headCountKv === "number" ? headCountKv : (headCountKv[layer] ?? 0);
    return layer < cachedLayers ? heads * headBytes : 0;
  });
}

function section(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
