import type { z } from "zod";
import { schemaId } from "./id.ts";
import type { DocumentName, documents } from "./index.ts";

type Content<Name extends DocumentName> = z.input<(typeof documents)[Name]>;

/** A document as it is printed. Its schema is held against it by types here, and by tests. */
export function jsonOf<Name extends DocumentName>(name: Name, document: Content<Name>): string {
  return JSON.stringify(named(name, document), null, 2);
}

/** A list, each entry of which names its schema: it stays a list for who reads it so. */
export function jsonListOf<Name extends DocumentName>(name: Name, entries: readonly Content<Name>[]): string {
  return JSON.stringify(
    entries.map((entry) => named(name, entry)),
    null,
    2,
  );
}

function named<Name extends DocumentName>(name: Name, document: Content<Name>): object {
  return { $schema: schemaId(name), ...document };
}
