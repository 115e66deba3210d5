import { bytesText, durationText, significant } from "../words/numbers.ts";
import { counted, listed, reasonText } from "../words/words.ts";

/** @param wanted as package.json has it */
export function nodeSupported(version: string, wanted: string): string {
  return `Node ${version} (supported: ${wanted}).`;
}

export function nodeUnsupported(version: string, wanted: string): string {
  return `Node ${version} is none that this program is tested with. Install one of ${wanted}, then install this program again with it.`;
}

/** @param build what the binding calls it: prebuilt, localBuild */
export function engineLoads(llamaCpp: string | null, binding: string | null, build: string | null): string {
  const how = build === "localBuild" ? "built on this machine" : "prebuilt: no compiler is needed";
  return `llama.cpp ${llamaCpp ?? "of an unknown release"} loads (node-llama-cpp ${binding ?? "of an unknown version"}, ${how}).`;
}

export function engineFails(why: string | null): string {
  return `llama.cpp does not load${reasonText(why)}, so no model file can be measured. Install this program again; simulated models and those behind a server work without it.`;
}

/** @param library of the system */
export function engineLacks(library: string): string {
  return `llama.cpp does not load, since the system has no ${library}. Install the package of the system that holds it.`;
}

/** @param tools of those that building takes, what is here */
export function engineNotPrebuilt(system: string, tools: readonly string[]): string {
  const here = tools.length === 0 ? "none of them is here" : `here: ${listed(tools)}`;
  return `There is no prebuilt llama.cpp for ${system}. Use a system with glibc on x64 or ARM, or build it with "npx node-llama-cpp source download", which takes a C++ compiler and CMake (${here}).`;
}

export function engineNotInstalled(system: string): string {
  return `The prebuilt llama.cpp for ${system} was left out when this program was installed. Install again with: npm install --include=optional`;
}

export function backendWorks(devices: readonly string[], memoryBytes: number | null): string {
  const memory = memoryBytes === null ? "" : `, ${bytesText(memoryBytes)} of memory`;
  return `Can be used: ${listed(devices)}${memory}.`;
}

/** @param makers of cards that are in the machine */
export function backendWithoutDevice(makers: readonly string[]): string {
  if (makers.length === 0) return "It loads and finds no device: runs use the processor.";
  return `It loads and finds no device, though a card of ${listed(makers)} is in this machine. Install its driver; a container has to be started with the card (docker run --gpus all).`;
}

/** @param makers of cards in this machine that could use it */
export function backendNotShipped(system: string, makers: readonly string[]): string {
  const cure =
    makers.length === 0
      ? ""
      : ` For the card of ${listed(makers)} it would have to be built: npx node-llama-cpp source download`;
  return `Not used: none is shipped for ${system}.${cure}`;
}

/** @param makers of cards in this machine that need it; null: not known */
export function backendNotInstalled(makers: readonly string[] | null): string {
  if (makers === null || makers.length === 0)
    return `Not used: its package was not installed, and ${cardUnseen(makers)}.`;
  return `A card of ${listed(makers)} is in this machine, but the package for it was left out at installing. Install again with: npm install --include=optional`;
}

/** @param makers as above */
export function backendLacks(library: string, makers: readonly string[] | null): string {
  if (makers === null || makers.length === 0)
    return `Not used: ${library} is not on this system, and ${cardUnseen(makers)}.`;
  return `A card of ${listed(makers)} is in this machine, but ${library} is not on this system, so runs do not use it. ${cureFor(library)}`;
}

function cardUnseen(makers: readonly string[] | null): string {
  return makers === null
    ? "whether there is a card that needs it is not known"
    : "no card that needs it is seen";
}

function cureFor(library: string): string {
  if (/^(libcuda\.|nvcuda)/.test(library))
    return "Install NVIDIA's driver; a container has to be started with the card (docker run --gpus all).";
  if (/^libcu/.test(library))
    return "Install NVIDIA's CUDA runtime of that version (on Debian and Ubuntu: cuda-runtime), or use --gpu vulkan.";
  if (/vulkan/.test(library))
    return "Install the Vulkan loader (on Debian and Ubuntu: libvulkan1) and the card's driver.";
  return "Install the package of the system that holds it.";
}

/** @param makers of cards in this machine that need it */
export function backendFails(why: string | null, makers: readonly string[]): string {
  const cure = makers.length === 0 ? "" : ` Bring the driver of the ${listed(makers)} card up to date.`;
  return `It does not load${reasonText(why)}: runs use the processor.${cure}`;
}

export function memoryFree(totalBytes: number, availableBytes: number): string {
  return `${bytesText(totalBytes)}, of which ${bytesText(availableBytes)} can be had now.`;
}

export function memoryLimited(totalBytes: number, limitBytes: number, availableBytes: number): string {
  return `A container's limit of ${bytesText(limitBytes)} holds on this machine of ${bytesText(totalBytes)}; ${bytesText(availableBytes)} can be had now. Larger models need a higher limit (docker run --memory).`;
}

export function memoryLittle(availableBytes: number): string {
  return `Only ${bytesText(availableBytes)} can be had now, and the smallest run takes about 0.2 GB. End other programs, or raise the container's limit.`;
}

export function coresFree(logical: number): string {
  return `${counted(logical, "core")}, all of which can be used.`;
}

export function coresByQuota(quota: number, logical: number): string {
  return `A quota of ${significant(quota)} ${quota > 1 ? "CPUs" : "CPU"} of ${logical} holds, as a container has it: speeds are what that allows. Raise it for more (docker run --cpus).`;
}

export function coresByAffinity(allowed: number, logical: number): string {
  return `This process may run on ${allowed} of ${counted(logical, "core")}: speeds are what that allows. For more, start it without taskset, or the container with more (docker run --cpuset-cpus).`;
}

/** @param freeBytes null: not known */
export function placeWritable(freeBytes: number | null): string {
  return `May be written${freeBytes === null ? "" : `; ${bytesText(freeBytes)} free`}.`;
}

/** @param code the system's own word for why not */
export function placeClosed(place: "database" | "cache" | "temporary", code: string | null): string {
  const [told, first] =
    code === "ENOENT"
      ? ["There is no such folder", "Make it"]
      : [`Nothing may be written there (${code})`, "Open it to this user"];
  const { so, or } = closedPlaces[place];
  return `${told}, so ${so}. ${first}, or ${or}.`;
}

const closedPlaces = {
  database: { so: "no run can be kept", or: "name a file elsewhere with --db or LONGHAUL_DB" },
  cache: { so: "hashes of models are computed again each time", or: "name another with XDG_CACHE_HOME" },
  temporary: { so: "no model can be run", or: "name another folder with TMPDIR" },
} as const;

/** @param leastBytes at which a run stops */
export function placeFull(freeBytes: number, leastBytes: number): string {
  return `Only ${bytesText(freeBytes)} free, and a run stops where less than ${bytesText(leastBytes)} are left. Free some, or name a file on another disk with --db.`;
}

export function placeNarrow(freeBytes: number): string {
  return `Only ${bytesText(freeBytes)} free: large runs may have to stop on the way. Free some, or name another place.`;
}

export function fileAwaited(sqlite: string): string {
  return `There is none yet: the first run makes it (SQLite ${sqlite}).`;
}

export function fileCurrent(schema: number, sqlite: string): string {
  return `Schema ${schema}, as this version writes it (SQLite ${sqlite}).`;
}

export function fileOlder(schema: number, ownSchema: number): string {
  return `Schema ${schema} of ${ownSchema}: the next run that writes to it brings it up to date, and keeps it as it was beside it.`;
}

export function fileUnusable(why: string | null): string {
  return `Cannot be used${why === null ? "." : `: ${why}`}`;
}

export function sqliteFails(why: string | null): string {
  return `SQLite does not load${why === null ? "." : `: ${why}`}`;
}

export function networkNotNeeded(): string {
  return "Not needed, and nothing was sent. Only a server that you name with --engine or --server is asked.";
}

export function selfTestRight(name: "simulated" | "reference", ms: number): string {
  return `${selfTests[name]} came out exactly, in ${durationText(ms)}.`;
}

const selfTests = {
  simulated: "A simulated model with planted errors: its figures",
  reference: "A reference model that ships: its answers, which are known,",
} as const;

const cures = {
  simulated: "Install this program again; where that does not help, report it with longhaul doctor --json.",
  reference:
    "Try run --gpu off and --threads 1, and install again; where that does not help, report it with longhaul doctor --json.",
} as const;

/** @param why what came out in place of what */
export function selfTestWrong(name: "simulated" | "reference", why: string | null): string {
  return `${selfTests[name]} did not come out right${reasonText(why)}, so no figure of this machine can be trusted. ${cures[name]}`;
}

export function selfTestFailed(name: "simulated" | "reference", why: string | null): string {
  return `${selfTests[name]} could not be had${reasonText(why)}. ${cures[name]}`;
}

export function selfTestSlow(ms: number | null): string {
  return `Stopped after ${durationText(ms)}, before its end. Try again when other programs leave the machine to it.`;
}

export function selfTestUntried(): string {
  return "Not tried: it needs a temporary folder and SQLite.";
}

export function doctorSums(problems: number, warnings: number): string {
  const also = warnings === 0 ? "" : `, ${counted(warnings, "warning")}`;
  if (problems > 0)
    return `Not usable yet: ${counted(problems, "problem")}${also}. The cure stands beside each.`;
  return warnings === 0
    ? "All is well: models can be measured here."
    : `Usable, with ${counted(warnings, "warning")}: models can be measured here.`;
}
