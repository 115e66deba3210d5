import { expect, test } from "vitest";
import { renderPlot } from "../../src/report/plot.ts";

const curve = Array.from({ length: 40 }, (_, index) => 0.95 ** (index + 1));

test("a curve in braille", () => {
  expect(renderPlot(curve, { width: 46, unicode: true }).join("\n")).toMatchInlineSnapshot(`
    "100 % ⠒⠤⣀
             ⠉⠉⠒⠤⠤⣀
     50 % ⠄ ⠄ ⠄ ⠄ ⠄⠉⠍⠒⠖⠤⠤⣀⣄⣀⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄ ⠄
                            ⠉⠉⠒⠒⠒⠒⠤⠤⠤⠤⣀⣀⣀⣀
      0 %                                 ⠉⠉⠉⠉⠉⠉⠉⠒
          turn 1                           turn 40"
  `);
});

test("a curve in plain characters", () => {
  expect(renderPlot(curve, { width: 46, unicode: false }).join("\n")).toMatchInlineSnapshot(`
    "100 % *
           ***
              ***
                 ****
     50 % . . . . . .*****. . . . . . . . . . . .
                          ******
                                **********
                                          ********
      0 %
          turn 1                           turn 40"
  `);
});

test("one turn, an unknown end and a curve at zero can be drawn", () => {
  expect(renderPlot([1], { width: 20, unicode: false })[0]).toBe("100 % **************");
  const broken = renderPlot([1, 1, null, null], { width: 26, unicode: false });
  expect(broken[0]).toBe("100 % **********");
  expect(renderPlot([0, 0], { width: 16, unicode: false }).at(-2)).toBe("  0 % **********");
});

test("no line is wider than asked", () => {
  for (const width of [40, 66, 200]) {
    for (const unicode of [true, false]) {
      for (const line of renderPlot(curve, { width, unicode }))
        expect(line.length).toBeLessThanOrEqual(Math.min(width, 66));
    }
  }
});
