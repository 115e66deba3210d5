import type { Sampling } from "../../src/engine/sampling.ts";
import { pick, samplingNames, standardSettings } from "../../src/settings/settings.ts";

/** Nothing is drawn. */
export const greedy: Sampling = { ...pick(standardSettings, samplingNames), seed: 1 };
