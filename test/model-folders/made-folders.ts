import { createHash } from "node:crypto";
import { cpSync, linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { encodeGguf, type GgufContent, type GgufTensor, type GgufValue } from "../gguf/gguf-writer.ts";

/** A small model's bytes; other values make other bytes. */
export function ggufBytes(
  metadata: Readonly<Record<string, GgufValue>> = {},
  more: Partial<GgufContent> = {},
): Buffer {
  const tensors: readonly GgufTensor[] = [{ name: "blk.0.attn_q.weight", shape: [32, 8] }];
  return encodeGguf({ metadata: { ...llamaValues, ...metadata }, tensors, ...more });
}

const llamaValues: Readonly<Record<string, GgufValue>> = {
  "general.architecture": "llama",
  "general.file_type": 0,
  "llama.context_length": 4096,
  "llama.block_count": 2,
  "llama.embedding_length": 32,
  "llama.attention.head_count": 4,
  "llama.attention.head_count_kv": 2,
};

export function written(path: string, content: string | Buffer): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A layer by the end of its media type; of a model unless told. */
export interface OllamaLayer {
  readonly kind?: string;
  readonly bytes: Buffer;
}

/** Blobs and a manifest, in the newer tree as a link to a blob. */
export function ollamaModel(
  folder: string,
  name: readonly [host: string, namespace: string, model: string, tag: string],
  layers: readonly OllamaLayer[],
  tree: "manifests" | "manifests-v2" = "manifests",
): void {
  const told = layers.map(({ kind = "model", bytes }) => ({
    mediaType: `application/vnd.ollama.image.${kind}`,
    digest: ollamaBlob(folder, bytes),
    size: bytes.length,
  }));
  const manifest = JSON.stringify({ schemaVersion: 2, layers: told });
  const path = join(folder, tree, ...name);
  if (tree === "manifests") written(path, manifest);
  else linkedBlob(folder, path, manifest);
}

/** @returns its digest, as manifests write it */
export function ollamaBlob(folder: string, bytes: Buffer, mark = "-"): string {
  written(join(folder, "blobs", `sha256${mark}${sha256Of(bytes)}`), bytes);
  return `sha256:${sha256Of(bytes)}`;
}

/** A manifest that is a hard link to a blob. */
export function linkedBlob(folder: string, path: string, manifest: string): void {
  const digest = ollamaBlob(folder, Buffer.from(manifest));
  mkdirSync(dirname(path), { recursive: true });
  linkSync(join(folder, "blobs", digest.replace(":", "-")), path);
}

/** A file of a repository in Hugging Face's cache: a blob, and a link to it in a snapshot. */
export function huggingFaceFile(
  hub: string,
  repository: string,
  file: string,
  bytes: Buffer,
  revision = "1111111aaaaaaa",
): void {
  const folder = join(hub, `models--${repository.replace("/", "--")}`);
  const blob = written(join(folder, "blobs", sha256Of(bytes)), bytes);
  const link = join(folder, "snapshots", revision, file);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), blob), link);
  written(join(folder, "refs", "main"), revision);
}

/** One of the two models that ship, called otherwise. */
export function shippedModel(path: string, which: "early" | "late" = "late"): string {
  mkdirSync(dirname(path), { recursive: true });
  cpSync(resolve(import.meta.dirname, `../../models/longhaul-ref-${which}.gguf`), path);
  return path;
}
