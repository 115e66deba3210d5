import { describe, expect, it } from "vitest";
import { fitsHere } from "../../src/runs/fits-here.ts";
import { standardSettings } from "../../src/settings/settings.ts";

const gigabyte = 1e9;

describe("fitsHere", () => {
  const fit = (
    ramGb: number,
    gpuGb: number | null,
    weightsGb: number,
    kvBytesPerToken: number | null,
    sharedGb = 0,
  ) =>
    fitsHere({
      ramBytes: ramGb * gigabyte,
      gpuBytes: gpuGb === null ? null : gpuGb * gigabyte,
      sharedBytes: sharedGb * gigabyte,
    })({ tensorBytes: weightsGb * gigabyte, kvBytesPerToken });

  it("adds one conversation's cache to the weights, a tenth of the memory left alone", () => {
    const { bytes, ...where } = fit(10, null, 8, 200_000);
    expect(bytes).toBeGreaterThan(8 * gigabyte + 2304 * 200_000);
    expect(bytes).toBeLessThan(8 * gigabyte + 3328 * 200_000);
    expect(where).toEqual({ onCpu: true, onGpu: null, onBoth: null });
    expect(fit(10, null, 9, 200_000).onCpu).toBe(false);
  });

  it("tells of a GPU by itself, and of both together", () => {
    expect(fit(10, 4, 3, 1000)).toMatchObject({ onCpu: true, onGpu: true, onBoth: true });
    expect(fit(10, 4, 5, 1000)).toMatchObject({ onCpu: true, onGpu: false, onBoth: true });
    expect(fit(10, 4, 11, 1000)).toMatchObject({ onCpu: false, onGpu: false, onBoth: true });
    expect(fit(10, 4, 13, 1000)).toMatchObject({ onCpu: false, onGpu: false, onBoth: false });
  });

  it("counts memory once that processor and graphics share", () => {
    expect(fit(10, 8, 12, 1000)).toMatchObject({ onCpu: false, onGpu: false, onBoth: true });
    expect(fit(10, 8, 12, 1000, 8)).toMatchObject({ onCpu: false, onGpu: false, onBoth: false });
  });

  it("knows that nothing fits on a GPU that is not there", () => {
    expect(fit(10, 0, 5, 1000)).toMatchObject({ onCpu: true, onGpu: false, onBoth: true });
  });

  it("knows of a cache that the header does not tell only that weights alone are too much", () => {
    expect(fit(10, null, 5, null)).toEqual({ bytes: null, onCpu: null, onGpu: null, onBoth: null });
    expect(fit(10, null, 20, null)).toMatchObject({ bytes: null, onCpu: false });
  });

  it("holds for the cache that a run without flags has", () => {
    expect([standardSettings.kvTypeK, standardSettings.kvTypeV]).toEqual(["f16", "f16"]);
  });
});
