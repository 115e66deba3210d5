type Listener = (note: string) => void;

let listener: Listener = () => undefined;
const told = new Set<string>();

/** Who hears what opening a file has to tell its user: where a file is opened there is nothing to tell it on. */
export function onFileNote(hear: Listener): void {
  listener = hear;
}

/** Tells it once, however often a command opens the file. */
export function noteOfFile(note: string): void {
  if (told.has(note)) return;
  told.add(note);
  listener(note);
}
