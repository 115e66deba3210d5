import { flagOf, flagsOfSettings } from "../settings/flags.ts";
import { onLevel, withOpenLevel } from "../settings/on-level.ts";
import { rowOf, settingNames } from "../settings/settings.ts";
import { serverText } from "../serving/address.ts";
import { shellWord } from "../typed-line.ts";
import type { RunRequest } from "../runs/request.ts";
import type { Flags } from "./flag-reader.ts";

/** The rest of the line, behind the program's name, that makes a run again on another level. @param level `auto`, or one by name */
export function lineOnLevel(
  models: readonly string[],
  flags: Flags,
  { settings, engine }: RunRequest,
  level: string,
): string {
  const parts = flagsOfSettings(onLevel(withOpenLevel(settings), level)).map(([flag, text]) =>
    text === null ? flag : `${flag} ${shellWord(typedFile(flags, flag) ?? text)}`,
  );
  const served = engine.kind === "server" ? [`--engine ${shellWord(serverText(engine.address))}`] : [];
  const what =
    engine.kind === "scripted"
      ? [`--engine ${shellWord(`scripted:${engine.spec}`)}`]
      : [...served, ...models.map((model) => shellWord(model))];
  return ["run", ...what, ...parts].join(" ");
}

/** A file as it was named: settings hold no folders. */
function typedFile(flags: Flags, flag: string): string | null {
  const name = settingNames.find((one) => flagOf(one) === flag && "isFile" in rowOf(one).kind);
  const typed = name === undefined ? undefined : flags[name];
  return typeof typed === "string" ? typed : null;
}
