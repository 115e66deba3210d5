import { z } from "zod";
import { type ExportColumn, exportColumns, type ExportKind } from "../../store/export-rows.ts";

/** An exported row as an object: its columns, and nothing beside them. */
export function exportLine(kind: ExportKind): z.ZodObject {
  const cell = z.union([z.string(), z.number()]).nullable();
  const list = z.unknown().describe("a list or a record; null: there is none");
  return z.object(
    Object.fromEntries(shownColumns(kind).map(({ name, isJson }) => [name, isJson ? list : cell])),
  );
}

/** The columns by the names under which they are exported: of a model its file, since folders are left out. */
export function shownColumns(kind: ExportKind): ExportColumn[] {
  return exportColumns(kind).map(({ name, isJson }) => ({
    name: name === "model_path" ? "model_file" : name,
    isJson,
  }));
}
