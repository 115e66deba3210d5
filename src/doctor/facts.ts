import { accessSync, constants } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { delimiter, join } from "node:path";
import { bindingVersion } from "../engine/llama/prebuilt.ts";
import { allowedCores, quotaCores } from "../hardware/cores.ts";
import { gpuMakers } from "../hardware/gpu-makers.ts";
import { availableMemoryBytes, memoryLimitBytes } from "../hardware/memory.ts";
import { packageVersion } from "../runs/shipped.ts";
import { standingOf } from "../store/standing.ts";
import { backendsHere } from "./backends.ts";
import type { Facts, Place } from "./doctor-schema.ts";
import { nodeHere } from "./node-version.ts";
import { placesHere } from "./places.ts";
import { privateText } from "./private-text.ts";
import { selfTests } from "./self-tests.ts";

/**
 * Looks at this machine: the one place where that is done. Nothing is built, downloaded or kept; what is tried, is tried
 * in a scratch folder.
 *
 * @returns what was found, and beside it where the folders are, for the terminal alone
 */
export async function factsHere(
  dbPath: string,
): Promise<{ readonly facts: Facts; readonly paths: Readonly<Record<Place["name"], string>> }> {
  const { backends, loaded } = await backendsHere();
  const { places, paths } = placesHere(dbPath);
  const { why, ...standing } = standingOf(dbPath);
  const hasTemporary = places.some(({ name, isWritable }) => name === "temporary" && isWritable);
  const facts: Facts = {
    node: nodeHere(),
    program: {
      version: packageVersion(),
      binding: bindingVersion(),
      llamaCpp: loaded.llamaCpp,
      build: loaded.build,
    },
    system: {
      os: privateText(`${process.platform} ${release()}`) ?? process.platform,
      arch: process.arch,
      libc: libcHere(),
      cpuModel: privateText(cpus()[0]?.model ?? null) ?? "unknown",
      gpuMakers: gpuMakers(),
      buildTools: buildTools.filter(isOnPath),
    },
    backends,
    memory: {
      totalBytes: totalmem(),
      availableBytes: await availableMemoryBytes(),
      limitBytes: memoryLimitBytes(),
    },
    cores: {
      logical: cpus().length,
      allowed: allowedCores(),
      quota: quotaCores(),
      physical: loaded.cores,
    },
    places,
    store: { ...standing, why: privateText(why) },
    selfTests: await selfTests(hasTemporary && standing.sqlite !== null),
  };
  return { facts, paths };
}

/** What building from source takes: a compiler by one of its names, and CMake. */
const buildTools = ["c++", "g++", "clang++", "cl", "cmake"];

function isOnPath(program: string): boolean {
  const ends = process.platform === "win32" ? [".exe"] : [""];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return folders.some((folder) => ends.some((end) => isProgram(join(folder, `${program}${end}`))));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Prebuilt libraries are for glibc. */
function libcHere(): string | null {
  if (process.platform !== "linux") return null;
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  const version = header?.glibcVersionRuntime;
  return version === undefined ? "musl" : `glibc ${version}`;
}
