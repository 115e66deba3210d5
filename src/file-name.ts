/**
 * The last part of a path, also of one that was written on a machine with other separators. What is stored or shared names
 * files by it: the folders of the machine that made it are nobody's business.
 */
export function fileNameOf(path: string): string {
  return path.split(/[/\\]/).at(-1) ?? path;
}
