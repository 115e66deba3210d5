/** The study that an experiment's name begins with: "self-conditioning: by user" is one of self-conditioning. */
export function studyOf(experiment: string): string {
  return experiment.split(":", 1)[0] ?? experiment;
}
