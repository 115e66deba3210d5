import fc from "fast-check";
import { expect, test } from "vitest";
import { csvLine } from "../src/csv.ts";

test("quotes what needs it, and tells an empty text from an unknown one", () => {
  expect(csvLine(["a", 'say "b"', "c,d", "e\nf", "", null, -5, 0.25])).toBe(
    'a,"say ""b""","c,d","e\nf","",,-5,0.25',
  );
});

test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1"])("%j is no formula", (text) => {
  expect(csvLine([text])).toBe(`'${text}`);
});

test("a reader of RFC 4180 gets every text back, but for the mark before a formula", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), (texts) => {
      const read = fieldsOf(csvLine(texts));
      expect(read.map((text) => text.replace(/^'(?=[=+@\-\t\r\uff1d\uff0b\uff0d\uff20])/, ""))).toEqual(
        texts.map((text) => text.replace(/^'(?=[=+@\-\t\r\uff1d\uff0b\uff0d\uff20])/, "")),
      );
    }),
  );
});

/** One record, read by the grammar of RFC 4180. */
function fieldsOf(line: string): string[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|$)/gsy;
  const fields: string[] = [];
  for (;;) {
    const [, quoted, plain = "", end] = field.exec(line) ?? [];
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end !== ",") return fields;
  }
}
