/**
 * What names are called where only letters, digits, _ and - may stand: in links, and in names of files.
 *
 * @returns an id for each name in its place; where two would have one, the later has a number behind it
 */
export function idsApart(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replaceAll(/[^\p{L}\p{M}\p{N}_-]+/gu, "-");
    let id = plain;
    for (let number = 2; taken.has(id); number++) id = `${plain}-${number}`;
    taken.add(id);
    return id;
  });
}
