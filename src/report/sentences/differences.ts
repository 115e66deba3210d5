/** Engines of which one measures and the other makes its figures up. */
export function simulatedBesideReal(): string {
  return "engine (a simulated model beside a real one)";
}

/** Prompts that are worded differently though every setting is the same. */
export function promptWording(): string {
  return "wording of the prompt";
}
