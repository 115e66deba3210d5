import { vramHere } from "../engine/llama/gpu-memory.ts";
import { dieWithParent } from "./die-with-parent.ts";
import type { GpuAnswer } from "./gpu-here.ts";

// A driver may never answer.
dieWithParent(0);

// Loads no model; native threads must not keep it alive once it has told. What goes wrong here leaves the memory unknown.
const answer: GpuAnswer = { vram: await vramHere() };
process.send?.(answer, () => process.exit(0));
