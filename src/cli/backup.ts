import type { Command } from "commander";
import { timestamp } from "../clock.ts";
import { UsageError } from "../errors.ts";
import { fileCopied } from "../report/sentences/file.ts";
import { bytesText } from "../report/words/numbers.ts";
import { backUp } from "../store/backup.ts";
import { dbPath, withDatabaseOption } from "./database-option.ts";
import { jsonOf } from "./documents/json.ts";
import type { Flags } from "./flag-reader.ts";
import { placeNamed } from "./output-place.ts";
import { StepProgress } from "./step-progress.ts";
import { print } from "./terminal.ts";

const examples = `
Examples:
  longhaul backup                          longhaul.db.backup-20260131-174500, beside the file
  longhaul backup /mnt/usb/results.db      somewhere else
  longhaul backup share.db --compact       without what removed rows have left

The copy is the file as it was at one moment, one file that can be read anywhere; runs go on meanwhile.
longhaul verify --file --db COPY checks it.`;

/** Adds `backup`: a whole copy of a file that may be in use. */
export function addBackupCommand(program: Command): void {
  const command = program
    .command("backup")
    .description("copy the file as it is at one moment, while runs go on")
    .argument("[file]", "where to; none: beside the file, with the time in its name");
  withDatabaseOption(command)
    .option("--compact", "as small as it can be, which takes longer")
    .option("--force", "replace a file that is there")
    .option("--json", "one JSON document on stdout")
    .addHelpText("after", examples)
    .action(async (file: string | undefined, flags: Flags) => {
      const path = dbPath(flags);
      const { path: shown, target, isReplaced } = placeNamed("backup", file ?? standardName(path), path);
      if (!isReplaced)
        throw new UsageError(`backup ${shown}: is no place for a whole file. Name another one.`);
      const progress = new StepProgress(process.stderr);
      const copied = backUp(path, target, {
        named: "backup",
        isCompact: flags["compact"] === true,
        mayReplace: flags["force"] === true,
        onPages: (done, total) => progress.update("copied", done, total),
      });
      const { runs, bytes } = await copied.finally(() => progress.stop());
      print(
        flags["json"] === true
          ? jsonOf("backup", { file: shown, runs, bytes })
          : fileCopied(shown, runs, bytesText(bytes)),
      );
    });
}

/** "longhaul.db.backup-20260131-174500", in UTC. */
function standardName(path: string): string {
  const [day = "", time = ""] = timestamp().slice(0, 19).replaceAll(/[-:]/g, "").split("T");
  return `${path}.backup-${day}-${time}`;
}
