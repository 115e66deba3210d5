import { namesReasoning } from "../chat/names-reasoning.ts";
import { EngineError, messageOf, SettingError, UsageError } from "../errors.ts";
import { knownServer } from "../runs/known-server.ts";
import { parseServedModel, parseServer, usualRequestTimeoutMs, withoutSecrets } from "../serving/address.ts";
import type { SuiteModel } from "./suite-model.ts";

/** A model of a suite behind a server, which is asked what it is. @throws UsageError where the text does not say which */
export async function servedSuiteModel(source: string): Promise<SuiteModel> {
  const { address, model } = readServed(source);
  const engine = { kind: "server", address, requestTimeoutMs: usualRequestTimeoutMs } as const;
  try {
    const { facts, templateText } = await knownServer(engine, model);
    // A template that is not told may know reasoning: the engine says where it does not.
    const canReason = templateText === null || namesReasoning(templateText);
    const known = { name: facts.model, facts: { architecture: null, canReason } };
    return { ...known, source, engine, error: null, file: null, served: facts };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const unknown = { name: model, facts: { architecture: null, canReason: false } };
    return { ...unknown, source, engine, error: messageOf(error), file: null, served: null };
  }
}

/** Whether a suite's text names a server. */
export function isServed(source: string): boolean {
  try {
    return parseServer(source.split(/\s/)[0] ?? "") !== null;
  } catch {
    return true;
  }
}

function readServed(source: string): NonNullable<ReturnType<typeof parseServedModel>> {
  try {
    const served = parseServedModel(source);
    if (served !== null) return served;
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    throw new UsageError(`models: ${withoutSecrets(source)}: ${error.message}`);
  }
  throw new Error(`${source} names no server`);
}
