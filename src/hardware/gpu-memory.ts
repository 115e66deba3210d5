import { execFile } from "node:child_process";

/** Memory of all NVIDIA cards that nothing has taken, in bytes; null: not known, as of every other maker's. */
export function freeGpuBytes(): Promise<number | null> {
  const query = ["--query-gpu=memory.free", "--format=csv,noheader,nounits"];
  return new Promise((resolve) => {
    execFile("nvidia-smi", query, { timeout: 5_000, windowsHide: true }, (error, stdout) => {
      resolve(error === null ? summedMebibytes(stdout) : null);
    });
  });
}

/** A line for each card. */
function summedMebibytes(text: string): number | null {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const bytes = lines.reduce((sum, line) => sum + Number(line) * 2 ** 20, 0);
  return lines.length === 0 || !Number.isFinite(bytes) ? null : bytes;
}
