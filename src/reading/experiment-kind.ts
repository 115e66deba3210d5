/** The experiment that an entry's name begins with: "self-conditioning: by user" is a self-conditioning. */
export function kindOf(experiment: string): string {
  return experiment.split(":", 1)[0] ?? experiment;
}

/** Whether it sets models side by side under each setting, not the arms of one model. */
export function isBetweenModels(experiment: string): boolean {
  return ["horizon", "headline", "quantization"].includes(kindOf(experiment));
}
