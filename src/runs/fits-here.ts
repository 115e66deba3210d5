import { availableMemoryBytes } from "../hardware/memory.ts";
import { standardSettings } from "../settings/settings.ts";
import { gpuHere } from "./gpu-here.ts";
import { usableBytes } from "./memory.ts";
import { instancesCounted, rightConversation } from "./right-conversation.ts";

/** Memory that can be had here, in bytes. */
export interface Room {
  readonly ramBytes: number;
  /** Of all GPUs, a reserve left out; 0: a run uses none here, null: not known. */
  readonly gpuBytes: number | null;
  /** What of that is the computer's own memory, and counted there, too. */
  readonly sharedBytes: number;
}

/** Whether a model finds room, by an estimate. Null: not known. */
export interface FitHere {
  /** Weights, and the KV cache of one conversation of a run without flags. */
  readonly bytes: number | null;
  readonly onCpu: boolean | null;
  readonly onGpu: boolean | null;
  /** With a part of its layers on either. */
  readonly onBoth: boolean | null;
}

export async function roomHere(): Promise<Room> {
  const [ramBytes, gpu] = await Promise.all([availableMemoryBytes(), gpuHere()]);
  const { freeBytes = 0, unifiedBytes = 0 } = gpu?.vram ?? {};
  return {
    ramBytes,
    gpuBytes: gpu === null ? null : freeBytes,
    sharedBytes: Math.min(freeBytes, unifiedBytes),
  };
}

/**
 * Tells it of models by what their headers say: buffers, the program, and how long a conversation is for a model's own
 * tokenizer are left to the forecast of a run, which counts them.
 */
export function fitsHere({
  ramBytes,
  gpuBytes,
  sharedBytes,
}: Room): (model: { readonly tensorBytes: number; readonly kvBytesPerToken: number | null }) => FitHere {
  const tokens = usualTokens();
  const cpu = usableBytes(ramBytes);
  const both = gpuBytes === null ? null : cpu + gpuBytes - sharedBytes;
  return ({ tensorBytes, kvBytesPerToken }) => {
    const bytes = kvBytesPerToken === null ? null : Math.round(tensorBytes + kvBytesPerToken * tokens);
    const isIn = (room: number | null): boolean | null => {
      if (room === null) return null;
      // Without its cache, too, it is too large.
      if (tensorBytes > room) return false;
      return bytes === null ? null : bytes <= room;
    };
    return { bytes, onCpu: isIn(cpu), onGpu: isIn(gpuBytes), onBoth: isIn(both) };
  };
}

/** Of a text with many numbers, and of what a template puts around a message. */
const charactersPerToken = 2;
const tokensAround = 13;

/**
 * Tokens of a run's conversation without flags, guessed: 2,800. Three models' own tokenizers and templates counted 2,304 to
 * 3,072.
 */
function usualTokens(): number {
  const [instance] = instancesCounted(standardSettings, null);
  if (instance === undefined) return 0;
  const { messages } = rightConversation(standardSettings, instance);
  return messages.reduce((sum, { content }) => sum + content.length / charactersPerToken + tokensAround, 0);
}
