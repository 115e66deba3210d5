import { wantedNode } from "../runs/shipped.ts";
import type { Facts } from "./doctor-schema.ts";

/** This process's Node, and whether package.json names it. */
export function nodeHere(): Facts["node"] {
  const wanted = wantedNode();
  return { version: process.version, wanted, isSupported: isWithin(process.version, wanted) };
}

/** Whether a version is in a range of "^20.19.0 || >=22.14.0": those two ways to say it. */
export function isWithin(version: string, range: string): boolean {
  const actual = partsOf(version);
  return range.split("||").some((one) => {
    const least = partsOf(one);
    const isSameMajor = actual[0] === least[0];
    return !isBelow(actual, least) && (isSameMajor || !one.trim().startsWith("^"));
  });
}

function partsOf(text: string): number[] {
  return (text.match(/\d+/g) ?? []).slice(0, 3).map(Number);
}

function isBelow(actual: readonly number[], least: readonly number[]): boolean {
  const at = least.findIndex((part, index) => part !== actual[index]);
  return at >= 0 && (actual[at] ?? 0) < (least[at] ?? 0);
}
