import { ablations } from "./ablations.ts";
import { capacity } from "./capacity.ts";
import { degradation } from "./degradation.ts";
import { format } from "./format.ts";
import { headline } from "./headline.ts";
import { horizon } from "./horizon.ts";
import { mitigations } from "./mitigations.ts";
import { quantization } from "./quantization.ts";
import { selfConditioning } from "./self-conditioning.ts";
import type { Experiment } from "./experiment.ts";
import { temperature } from "./temperature.ts";
import { thinking } from "./thinking.ts";
import { turnsAgainstKeys } from "./turns-against-keys.ts";
import { votes } from "./votes.ts";

/** Every experiment there is. A new one is one file and one line here. */
export const experiments = [
  horizon,
  headline,
  quantization,
  degradation,
  selfConditioning,
  thinking,
  capacity,
  turnsAgainstKeys,
  mitigations,
  votes,
  ablations,
  format,
  temperature,
] as unknown as readonly Experiment[];
