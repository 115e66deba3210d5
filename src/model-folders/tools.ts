import { gpt4all } from "./gpt4all.ts";
import { huggingFace } from "./hugging-face.ts";
import { jan } from "./jan.ts";
import { llamaCpp } from "./llama-cpp.ts";
import { lmStudio } from "./lm-studio.ts";
import { ollama } from "./ollama.ts";
import type { Tool } from "./tool.ts";

/** The tools whose models are found, in the order in which they give a file its name. */
export const tools: readonly Tool[] = [ollama, huggingFace, llamaCpp, lmStudio, jan, gpt4all];
