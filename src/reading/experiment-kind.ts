/** The experiment that an entry's name begins with: "self-conditioning: by user" is a self-conditioning. */
export function kindOf(experiment: string): string {
  return experiment.split(":", 1)[0] ?? experiment;
}
