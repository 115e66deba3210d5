import { expect, it } from "vitest";
import { settingsNamed } from "./setting-names.ts";

const known = ["start", "topP"];

it.each([
  ["const x = { topP: 1 };", ["topP"]],
  ['const names = ["topP", "start"];', ["topP"]],
  ["interface One { readonly topP: number; readonly start: number }", ["topP"]],
  ["x(run.settings.start);", ["start"]],
  ["x(standardSettings.start);", ["start"]],
  ["const { start } = run.settings;", ["start"]],
  ["function f({ start }: TaskSettings) {}", ["start"]],
  ["const f = ({ settings: { start } }) => start;", ["start"]],
  ["const { start, end } = interval; x(node.start);", []],
  ["// topP and settings.start\nexport {};", []],
])("a file names the settings that it reads: %s", (text, names) => {
  expect([...settingsNamed("a.ts", text, known)].toSorted()).toEqual(names.toSorted());
});
