import { join } from "node:path";
import { readText } from "./read-text.ts";

/** A control group over this process, as the folder with its files. */
export interface ControlGroup {
  readonly version: 1 | 2;
  readonly folder: string;
}

/**
 * This process's control groups and all that they lie in, whose limits hold as well; in a container the topmost is its
 * own, and those below may not be there.
 *
 * @param root of the file system
 */
export function controlGroups(controller: "cpu" | "memory", root: string): ControlGroup[] {
  const lines = (readText(join(root, "proc/self/cgroup")) ?? "").split("\n");
  return lines.flatMap((line) => {
    const [, controllers = null, path = ""] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === null) return [];
    const isVersion2 = controllers === "";
    if (!isVersion2 && !controllers.split(",").includes(controller)) return [];
    // Of version 1 some systems mount controllers together, and call the place by all of them.
    const mounts = isVersion2 ? [""] : [...new Set([controller, controllers])];
    return mounts.flatMap((mount) =>
      ancestors(path).map((group) => ({
        version: isVersion2 ? (2 as const) : (1 as const),
        folder: join(root, "sys/fs/cgroup", mount, group),
      })),
    );
  });
}

function ancestors(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return Array.from({ length: parts.length + 1 }, (_, depth) => parts.slice(0, depth).join("/"));
}
