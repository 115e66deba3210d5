import { z } from "zod";
import { count, horizon, measure, share, turn } from "../../figures/figure-parts.ts";

const tool = z.string().nullable().describe("the program that keeps it; null: none, a folder");
const folders = z.array(z.object({ tool, path: z.string() })).readonly();
const names = z
  .array(z.object({ tool, name: z.string(), path: z.string() }))
  .readonly()
  .describe("what its tools call it; run takes them, too");

const lastResult = z.object({
  run: turn,
  startedAt: z.string(),
  task: z.string(),
  horizon: horizon.nullable().describe("H50, in turns; null: its history was given"),
  turnAccuracy: share,
});

const foundModel = z.object({
  names,
  path: z.string(),
  parts: z.array(z.string()).readonly().describe("all files that there should be"),
  sha256: z.string().nullable().describe("of a file that a run read as a whole, and that is as it was"),
  adapters: z.array(z.string()).readonly().describe("LoRA adapters that a tool adds to it"),
  architecture: z.string().nullable(),
  bytes: count.describe("of all parts"),
  parameters: count,
  tensorBytes: count,
  quantization: z.string().nullable().describe("as the file calls its mix"),
  weights: z
    .array(z.object({ type: z.string(), share: z.number() }))
    .readonly()
    .describe("the share of all weights that have a type, the largest first"),
  trainContextLength: count.nullable(),
  hasTemplate: z.boolean(),
  canReason: z.boolean().describe("whether its template knows of reasoning"),
  kvBytesPerToken: measure.describe("with 16 bits a value"),
  bitsPerWeight: measure,
  fits: z
    .object({
      bytes: measure.describe("weights, and the KV cache of one conversation"),
      onCpu: z.boolean().nullable(),
      onGpu: z.boolean().nullable(),
      onBoth: z.boolean().nullable().describe("with a part of its layers on either"),
    })
    .describe("an estimate from the header"),
  lastResult: lastResult
    .nullable()
    .describe("of its newest complete run in the database; null: none, or the file was never hashed"),
});

/** Null: not known. */
export const foundSchema = z.object({
  schemaVersion: z.literal(1),
  folders: folders.describe("that were looked into"),
  closed: folders.describe("that this user may not read"),
  room: z
    .object({
      ramBytes: count,
      gpuBytes: measure.describe("0: a run uses none"),
      sharedBytes: count.describe("what of `gpuBytes` is memory of the computer, and counted there, too"),
    })
    .describe("memory that can be had here"),
  models: z.array(foundModel).readonly(),
  apart: z
    .array(
      z.object({
        kind: z.string().describe("such as adapter, projector, embedder, damaged, parts, safetensors"),
        detail: z.string().nullable(),
        names,
        path: z.string(),
      }),
    )
    .readonly()
    .describe("what is no model that answers"),
});

export const servedSchema = z.object({
  schemaVersion: z.literal(1),
  server: z.string().describe("as run --engine takes it"),
  isRemote: z.boolean().describe("on another machine"),
  kind: z.string().describe("by what it answers: llama.cpp, ollama, vllm, ... or unknown"),
  models: z
    .array(
      z.object({
        id: z.string(),
        digest: z.string().nullable(),
        parameters: z.string().nullable().describe("in the server's words"),
        quantization: z.string().nullable(),
        contextLength: count
          .nullable()
          .describe("tokens that it is loaded with; of one that is not loaded, those that it could have"),
        isLoaded: z.boolean().nullable(),
      }),
    )
    .readonly()
    .describe("null: not told"),
});
