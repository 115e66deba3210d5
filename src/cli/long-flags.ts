/** A command line of `speed` with llama-bench's short flags written out; `-m` names a model there. */
export function inLongFlags(argv: readonly string[]): string[] {
  if (argv[2] !== "speed") return [...argv];
  return argv.filter((word) => word !== "-m").map((word) => benchFlags[word] ?? word);
}

/** Short flags of several letters, which commander would take for others: llama-bench's own. */
const benchFlags: Readonly<Record<string, string>> = {
  "-ngl": "--n-gpu-layers",
  "-fa": "--flash-attn",
  "-ctk": "--cache-type-k",
  "-ctv": "--cache-type-v",
  "-ub": "--ubatch-size",
  "-lm": "--load-mode",
};
