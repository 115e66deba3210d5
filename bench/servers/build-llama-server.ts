/**
 * llama-server of the llama.cpp release that the binding bundles, linked with the libraries that it ships: the kernels of a
 * run in process behind a server. About three minutes of one core. Beside it ggml-rpc-server and its library, by which a
 * model's layers lie in other processes or on other machines (`llama-server --rpc HOST:PORT`).
 *
 * usage: npx tsx bench/servers/build-llama-server.ts FOLDER [--jobs 2]
 *        FOLDER/llama-server -m FILE.gguf --port 8080
 * Linux on x64, with git and g++. Nothing is fetched; its web page is left out.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";
import { llamaCppIn } from "../llama-cpp.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { jobs: { type: "string", default: "2" } },
});
if (positionals[0] === undefined) throw new Error("name the folder that the programs are made in");
const folder = resolve(positionals[0]);
const objects = join(folder, "objects");
mkdirSync(objects, { recursive: true });
const { source, headers, libraries } = llamaCppIn(folder);
const page = emptyPage();
const options = [
  ...["-std=c++17", "-O2", "-DNDEBUG", "-DLLAMA_SUBPROCESS", "-w", ...headers, `-I${page}`],
  ...["", "ggml/src", "tools/mtmd", "tools/server", "vendor/hash"].map((name) => `-I${join(source, name)}`),
];
const rpc = ["-fPIC", "-DGGML_BACKEND_DL", "-DGGML_BACKEND_SHARED", "-DGGML_BACKEND_BUILD"];

const server = [
  ...filesIn("tools/server"),
  ...filesIn("tools/mtmd").filter((name) => /\/(mtmd|clip)[^/]*$/.test(name) && !name.endsWith("-cli.cpp")),
  ...filesIn("tools/mtmd/models"),
  ...["hash.cpp", "xxhash/xxhash.c", "sha1/sha1.c", "sha256/sha256.c"].map((name) =>
    join(source, "vendor/hash", name),
  ),
  join(page, "ui.cpp"),
];
const remote = filesIn("ggml/src/ggml-rpc").filter((name) => !name.endsWith("-apple.cpp"));
await compile([...server, ...remote, join(source, "tools/rpc/rpc-server.cpp")]);
link("llama-server", server);
link("libggml-rpc.so", remote, ["-shared"]);
link("ggml-rpc-server", [join(source, "tools/rpc/rpc-server.cpp")]);

function filesIn(name: string): string[] {
  const names = readdirSync(join(source, name)).filter((one) => one.endsWith(".cpp"));
  return names.map((one) => join(source, name, one));
}

/** As llama.cpp's own build makes it where there is no page to show. */
function emptyPage(): string {
  const made = join(folder, "page");
  mkdirSync(made, { recursive: true });
  const embed = join(folder, "embed");
  execFileSync("g++", ["-std=c++17", join(source, "tools/ui/embed.cpp"), "-o", embed]);
  execFileSync(embed, [join(made, "ui.cpp"), join(made, "ui.h")]);
  return made;
}

async function compile(files: readonly string[]): Promise<void> {
  const left = [...files];
  const work = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) {
      const flags = [...options, ...(remote.includes(file) ? rpc : [])];
      await promisify(execFile)("nice", [
        "g++",
        ...languageOf(file),
        ...flags,
        "-c",
        file,
        "-o",
        objectOf(file),
      ]);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs) }, work));
}

/** One file in C is written for a C++ compiler; g++ takes the others for C++ too, unless it is told. */
function languageOf(file: string): string[] {
  return file.endsWith(".c") && !file.endsWith("sha1.c") ? ["-xc"] : [];
}

function objectOf(file: string): string {
  return join(objects, `${relative(folder, file).replaceAll("/", "-")}.o`);
}

function link(name: string, files: readonly string[], flags: readonly string[] = []): void {
  execFileSync("g++", [...flags, ...files.map(objectOf), "-o", join(folder, name), ...libraries]);
  process.stdout.write(`${join(folder, name)}\n`);
}
