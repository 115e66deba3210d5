/** What a terminal shows while a level is looked for. */
export function whileSearching(level: string): string {
  return `looking for a level that fits: ${level}`;
}
