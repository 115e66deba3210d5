import * as say from "../report/sentences/doctor.ts";
import { keptFreeBytes } from "../store/room.ts";
import type { Check, Facts, Place, SelfTest } from "./doctor-schema.ts";
import { engineCheck, gpuChecks } from "./engine-checks.ts";

/** What there is to say of a machine, each with its cure; pure. A problem keeps runs from working. */
export function checksOf(facts: Facts): Check[] {
  return [
    nodeCheck(facts),
    engineCheck(facts),
    ...gpuChecks(facts),
    memoryCheck(facts),
    coresCheck(facts),
    ...facts.places.map(placeCheck),
    fileCheck(facts),
    { check: "network", state: "ok", text: say.networkNotNeeded() },
    ...facts.selfTests.map(selfTestCheck),
  ];
}

/** The worst of them. */
export function worstOf(checks: readonly Check[]): Check["state"] {
  const has = (state: Check["state"]): boolean => checks.some((one) => one.state === state);
  if (has("problem")) return "problem";
  return has("warning") ? "warning" : "ok";
}

/** What does not work under another Node is told by the other checks. */
function nodeCheck({ node: { version, wanted, isSupported } }: Facts): Check {
  return isSupported
    ? { check: "Node", state: "ok", text: say.nodeSupported(version, wanted) }
    : { check: "Node", state: "warning", text: say.nodeUnsupported(version, wanted) };
}

/** The smallest run takes 0.13 GB by itself, and a copy of its model. */
const leastMemoryBytes = 0.3e9;

function memoryCheck({ memory: { totalBytes, availableBytes, limitBytes } }: Facts): Check {
  const check = "memory";
  if (availableBytes < leastMemoryBytes)
    return { check, state: "warning", text: say.memoryLittle(availableBytes) };
  return limitBytes === null
    ? { check, state: "ok", text: say.memoryFree(totalBytes, availableBytes) }
    : { check, state: "warning", text: say.memoryLimited(totalBytes, limitBytes, availableBytes) };
}

function coresCheck({ cores: { logical, allowed, quota } }: Facts): Check {
  const check = "processor";
  if (quota !== null && quota < allowed)
    return { check, state: "warning", text: say.coresByQuota(quota, logical) };
  return allowed < logical
    ? { check, state: "warning", text: say.coresByAffinity(allowed, logical) }
    : { check, state: "ok", text: say.coresFree(logical) };
}

/** Fewer than these are soon full. */
const narrowBytes = 1e9;

function placeCheck({ name, isWritable, code, freeBytes }: Place): Check {
  const check = `${name} folder`;
  // Without a cache all is found out again, and no run fails.
  if (!isWritable)
    return { check, state: name === "cache" ? "warning" : "problem", text: say.placeClosed(name, code) };
  if (name === "cache" || freeBytes === null || freeBytes >= narrowBytes)
    return { check, state: "ok", text: say.placeWritable(freeBytes) };
  return name === "database" && freeBytes < keptFreeBytes
    ? { check, state: "problem", text: say.placeFull(freeBytes, keptFreeBytes) }
    : { check, state: "warning", text: say.placeNarrow(freeBytes) };
}

function fileCheck({ store: { sqlite, file, schema, ownSchema, why } }: Facts): Check {
  const check = "database";
  if (sqlite === null) return { check, state: "problem", text: say.sqliteFails(why) };
  if (file === "none") return { check, state: "ok", text: say.fileAwaited(sqlite) };
  if (file === "unusable" || schema === null) return { check, state: "problem", text: say.fileUnusable(why) };
  return {
    check,
    state: "ok",
    text: file === "older" ? say.fileOlder(schema, ownSchema) : say.fileCurrent(schema, sqlite),
  };
}

function selfTestCheck({ name, end, ms, why }: SelfTest): Check {
  const check = name === "simulated" ? "self-test" : "reference model";
  if (end === "right") return { check, state: "ok", text: say.selfTestRight(name, ms ?? 0) };
  if (end === "slow") return { check, state: "warning", text: say.selfTestSlow(ms) };
  // What it lacks is a problem of its own.
  if (end === "none") return { check, state: "warning", text: say.selfTestUntried() };
  const sayWhat = end === "wrong" ? say.selfTestWrong : say.selfTestFailed;
  return { check, state: "problem", text: sayWhat(name, why) };
}
