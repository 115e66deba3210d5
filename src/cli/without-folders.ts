import { homedir } from "node:os";

/** Paths in a sentence keep their last part. The home folder goes first, since its name may hold spaces. */
export function withoutFolders(text: string): string {
  const home = homedir();
  return (home.length > 1 ? text.replaceAll(home, "~") : text).replaceAll(
    /(^|[\s"'(=])(?:~|[A-Za-z]:)?(?:[/\\][^\s/\\"'()]+)*[/\\]([^\s/\\"'()]+)/g,
    "$1$2",
  );
}
