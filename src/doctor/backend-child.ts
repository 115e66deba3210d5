import type { GpuChoice } from "../engine/llama/binding.ts";
import { probeBackend } from "../engine/llama/probe-backend.ts";

/** The process in which one backend is tried, since native code may abort it. Its last line is what was found. */

const found = await probeBackend(process.argv[2] as Exclude<GpuChoice, "auto">);
process.stdout.write(`\n${JSON.stringify(found)}\n`, () => process.exit(0));
