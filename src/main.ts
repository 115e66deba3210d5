#!/usr/bin/env node

// Told by itself, since nothing else of the program can be read there: it lacks what every file takes for given.
if (Number.parseInt(process.versions.node, 10) < 20) {
  process.stderr.write(
    `longhaul: Node ${process.version} is too old. Install Node 20.19 or newer, then install this program again with it.\n`,
  );
  process.exitCode = 1;
} else {
  const { runProgram } = await import("./cli/program.ts");
  process.exitCode = await runProgram(process.argv);
}
