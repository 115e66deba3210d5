import { createHash } from "node:crypto";

/** SHA-256 of a text or a file's content, in hex: by it templates, wordings, data sets and instances are known. */
export function sha256Of(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
