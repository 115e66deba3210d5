import { fileNameOf } from "../file-name.ts";
import type { RunRecord } from "../store/rows.ts";

/** What of a model tells whether it is another quantization of one. Null: not known. */
interface ModelFacts {
  readonly architecture: string | null;
  readonly parameters: number | null;
  readonly name: string | null;
  readonly sha256: string | null;
}

/**
 * What files of one model have in common: architecture, number of parameters, and the name once the words for a
 * quantization are taken out of it. Simulated models of one size that say how many bits a weight has (`bits`) are one model.
 *
 * @param scripted the parameters of a simulated model
 * @returns null where it may be any model
 */
export function modelFamily(model: ModelFacts | null, scripted: string | null): string | null {
  if (scripted !== null)
    return planted(scripted, "bits") === null ? null : JSON.stringify([planted(scripted, "parameters")]);
  if (model === null) return null;
  const { architecture, parameters, name, sha256 } = model;
  if (architecture === null || parameters === null || name === null) return null;
  // Rows of one file are one model, whatever it is called.
  const base = baseName(name) ?? sha256;
  return base === null ? null : JSON.stringify([architecture, parameters, base]);
}

/** By the tensors of its file, whatever its name says; as planted in a simulated model. Null: not known. */
export function bitsPerWeight({ model, engineSpec }: Pick<RunRecord, "model" | "engineSpec">): number | null {
  if (engineSpec !== null) return planted(engineSpec, "bits");
  const { tensorBytes = null, parameters = null } = model ?? {};
  return tensorBytes === null || parameters === null || parameters === 0
    ? null
    : (8 * tensorBytes) / parameters;
}

/** The same of runs of one model, of which earlier versions' do not know it. */
export function bitsOfAny(runs: readonly Pick<RunRecord, "model" | "engineSpec">[]): number | null {
  return runs.map(bitsPerWeight).find((bits) => bits !== null) ?? null;
}

/** Elements of all tensors; as planted in a simulated model. Null: not known. */
export function parametersOf({ model, engineSpec }: Pick<RunRecord, "model" | "engineSpec">): number | null {
  return engineSpec === null ? (model?.parameters ?? null) : planted(engineSpec, "parameters");
}

/** What a simulated model says of itself. */
function planted(spec: string, name: string): number | null {
  const given = spec.split(",").find((part) => part.startsWith(`${name}=`));
  const value = Number(given?.slice(name.length + 1) ?? 0);
  return value > 0 ? value : null;
}

/**
 * A model's name without its quantization and whoever shares it, in lower case: "org/repo/Qwen2.5-0.5B-Instruct-Q4_K_M" ->
 * "qwen2.5-0.5b-instruct". Null where nothing is left that names a model, as of converters' "ggml-model-q8_0".
 */
export function baseName(name: string): string | null {
  const base = fileNameOf(name)
    .toLowerCase()
    .replaceAll(quantizationWords, " ")
    .replaceAll(/[\s._-]*\s[\s._-]*/g, " ")
    .trim()
    .replaceAll(/^[-_.:]+|[-_.:]+$/g, "");
  return namesNothing.has(base) ? null : base;
}

/** What a file is called by, and what converters call every file. */
const namesNothing = new Set(["", "model", "ggml model", "ggml-model", "ggml_model", "unnamed", "weights"]);

/**
 * Words for a quantization as llama.cpp and those who share files write them, each whole: "UD-Q4_K_XL", "i1-IQ3_XXS",
 * "BF16", "4bit".
 */
const quantizationWords = new RegExp(
  `(?<![a-z0-9])(?:(?:ud|i1)[-_. ])?(?:${[
    "i?q[1-8](?:[-_.]?k(?:[-_.]?(?:xxs|xs|s|m|l|xl|p))?|[-_.](?:[01](?:[-_.][48][-_.][48])?|nl|xxs|xs|s|m|l|xl))?",
    "tq[12][-_.]?0",
    "(?:bf|fp|f)(?:8|16|32|64)",
    "mxfp4(?:[-_.]?moe)?",
    "nvfp4",
    "int[48]",
    "[2-8]-?bits?",
    "imat(?:rix)?",
    "gguf",
  ].join("|")})(?![a-z0-9])`,
  "g",
);
