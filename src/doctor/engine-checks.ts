import * as say from "../report/sentences/doctor.ts";
import type { Backend, Check, Facts } from "./doctor-schema.ts";

/** Whether models can be evaluated at all: by the processor, or by whatever else loads. */
export function engineCheck({ backends, program, system }: Facts): Check {
  const check = "llama.cpp";
  const { llamaCpp, binding, build } = program;
  if (backends.some(({ loads }) => loads))
    return { check, state: "ok", text: say.engineLoads(llamaCpp, binding, build) };
  return { check, state: "problem", text: whyNot(backends[0], system) };
}

function whyNot(first: Backend | undefined, system: Facts["system"]): string {
  if (first === undefined) return say.engineFails(null);
  if (!first.isShipped || system.libc === "musl")
    return say.engineNotPrebuilt(nameOf(system), system.buildTools);
  if (!first.isInstalled) return say.engineNotInstalled(nameOf(system));
  return first.missing === null ? say.engineFails(first.why) : say.engineLacks(first.missing);
}

/** Each other backend that this system may have. Without a card for it, that it is not used is nothing to cure. */
export function gpuChecks({ backends, system }: Facts): Check[] {
  const gpus = backends.filter(({ name }) => name !== "cpu");
  const isServed = gpus.some(({ loads, devices }) => loads && devices.length > 0);
  return gpus.map((backend) => {
    const makers = isServed ? [] : makersFor(backend.name, system.gpuMakers);
    const works = backend.loads && backend.devices.length > 0;
    return {
      check: titles[backend.name],
      state: works || (makers ?? []).length === 0 ? "ok" : "warning",
      text: wordsOf(backend, makers, system),
    };
  });
}

const titles = { cpu: "llama.cpp", cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

/** Whose cards it is the first choice for. Null: whether there are any is not known. */
function makersFor(name: Backend["name"], makers: readonly string[] | null): readonly string[] | null {
  if (makers === null) return null;
  if (name === "cuda") return makers.filter((maker) => maker === "NVIDIA");
  return name === "vulkan" ? makers.filter((maker) => maker !== "NVIDIA") : makers;
}

function wordsOf(backend: Backend, makers: readonly string[] | null, system: Facts["system"]): string {
  const { devices, isInstalled, isShipped, loads, memoryBytes, missing, why } = backend;
  if (loads && devices.length > 0) return say.backendWorks(devices, memoryBytes);
  if (loads) return say.backendWithoutDevice(makers ?? []);
  if (!isShipped) return say.backendNotShipped(nameOf(system), makers ?? []);
  if (!isInstalled) return say.backendNotInstalled(makers);
  return missing === null ? say.backendFails(why, makers ?? []) : say.backendLacks(missing, makers);
}

/** "linux x64 (musl)" */
function nameOf({ os, arch, libc }: Facts["system"]): string {
  const [kernel = os] = os.split(" ");
  return `${kernel} ${arch}${libc === "musl" ? " (musl)" : ""}`;
}
