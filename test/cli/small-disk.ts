import { spawn, spawnSync } from "node:child_process";
import { type Finished, finished } from "./longhaul.ts";

/** Whether a disk of a test's own can be mounted, which nobody else sees. */
export const canMount = spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;

if (!canMount)
  process.stderr.write("Tests on a small disk are skipped: unshare -rm mount is not permitted.\n");

/** Carries out a script in a folder that is a disk of such a size, which is gone with it. */
export function onSmallDisk(folder: string, megabytes: number, script: string): Promise<Finished> {
  const mounted = `mount -t tmpfs -o size=${megabytes}m none "$0" && cd "$0" && ${script}`;
  return finished(
    spawn("unshare", ["-rm", "bash", "-c", mounted, folder], { stdio: ["ignore", "pipe", "pipe"] }),
  );
}
