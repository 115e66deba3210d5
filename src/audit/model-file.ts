import { existsSync } from "node:fs";
import { dirname, relative } from "node:path";
import { sha256Of } from "../sha256.ts";
import { fileNameOf } from "../file-name.ts";
import { plainTemplate } from "../chat/plain-template.ts";
import { type CheckedModel, checkModel } from "../gguf/check.ts";
import { findModels } from "../gguf/files.ts";
import { hashModel } from "../gguf/hash.ts";
import { readTokenTexts, type TokenTexts } from "../gguf/token-text.ts";
import { EngineError, messageOf, UsageError } from "../errors.ts";
import type { ModelRow, RunRecord } from "../store/rows.ts";
import { catalogue, packageVersion, referenceModels } from "../runs/shipped.ts";
import type { Findings } from "./findings.ts";

/** A file as it is now. */
interface Known {
  readonly sha256: string;
  readonly header: CheckedModel;
  readonly texts: TokenTexts | null;
}

/** Checks models' files against runs; each file is read once. */
export class ModelFiles {
  readonly #known = new Map<string, Promise<Known>>();
  readonly #onHash: (name: string, doneBytes: number, totalBytes: number) => void;

  constructor(onHash: (name: string, doneBytes: number, totalBytes: number) => void) {
    this.#onHash = onHash;
  }

  /** Returns the vocabulary of the model that ran, or null where its file is not there, changed or of another kind. */
  async check(run: RunRecord, givenTemplate: string | null, findings: Findings): Promise<TokenTexts | null> {
    const { model } = run;
    if (model === null) return null;
    checkCatalogue(model, findings);
    const known = await this.#find(model, findings);
    const file = known !== null && known.sha256 === model.sha256 ? known : null;
    if (known !== null) checkFile(model, known, findings);
    checkTemplate(run, file?.header ?? null, givenTemplate, findings);
    return file?.texts ?? null;
  }

  async #find(model: ModelRow, findings: Findings): Promise<Known | null> {
    const name = fileNameOf(model.path);
    if (!existsSync(model.path)) {
      findings.skip("model file", `${name} is not there any more`);
      return null;
    }
    try {
      let known = this.#known.get(model.path);
      if (known === undefined) {
        known = this.#read(model.path, name);
        this.#known.set(model.path, known);
      }
      return await known;
    } catch (error) {
      if (!(error instanceof EngineError || error instanceof UsageError)) throw error;
      findings.add("model-file", name, "a model that can be read", messageOf(error));
      return null;
    }
  }

  async #read(path: string, name: string): Promise<Known> {
    const [file] = await findModels([path]);
    if (file === undefined) throw new UsageError(`${name}: no model there`);
    const header = await checkModel(file);
    const onProgress = (doneBytes: number, totalBytes: number): void =>
      this.#onHash(name, doneBytes, totalBytes);
    const sha256 = await hashModel(file.parts, { isFresh: true, onProgress });
    return { sha256, header, texts: await readTokenTexts(path) };
  }
}

function checkFile(model: ModelRow, { sha256, header }: Known, findings: Findings): void {
  const name = fileNameOf(model.path);
  findings.equal("model-file", `SHA-256 of ${name}`, model.sha256, sha256);
  if (sha256 !== model.sha256) return;
  findings.equal("model-file", `bytes of ${name}`, header.bytes, model.bytes);
  findings.equal("model-file", `architecture of ${name}`, header.architecture, model.architecture);
  findings.equal("model-file", `parameters of ${name}`, header.parameters, model.parameters);
  // Rows of earlier versions do not know it.
  const { tensorBytes } = model;
  if (tensorBytes !== null)
    findings.equal("model-file", `bytes of tensors of ${name}`, header.tensorBytes, tensorBytes);
  findings.equal("model-file", `quantization of ${name}`, header.quantization, model.quantization);
}

/** Only of files beside the program: others may have the same name. */
function checkCatalogue(model: ModelRow, findings: Findings): void {
  const name = fileNameOf(model.path);
  const listed = catalogue().get(name);
  if (listed !== undefined && relative(referenceModels(), dirname(model.path)) === "")
    findings.equal("catalogue", `SHA-256 of ${name}`, listed, model.sha256);
}

function checkTemplate(
  run: RunRecord,
  header: CheckedModel | null,
  given: string | null,
  findings: Findings,
): void {
  if (run.templateHash === null) return;
  const text =
    run.templateSource === "plain"
      ? plainTemplate
      : run.templateSource === "file"
        ? given
        : (header?.chatTemplate ?? null);
  if (text === null) {
    findings.skip("template hash", "the template's text is not at hand");
    return;
  }
  const hash = sha256Of(text);
  const version = run.versions["longhaul"] ?? "unknown";
  if (run.templateSource === "plain" && hash !== run.templateHash && version !== packageVersion())
    findings.skip("template hash", `the plain format is that of Longhaul ${version}`);
  else findings.equal("template", "template_hash", hash, run.templateHash);
}
