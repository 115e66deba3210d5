/** What the tests of the page look at from inside of it. Bundled and put there by `seen` of browser.ts. */

/** Cells with a text that stand outside of the window, or of a box that cuts or scrolls what is in it. */
export function hiddenCells(): string[] {
  const found: string[] = [];
  for (const cell of document.querySelectorAll("table td, table tbody th")) {
    if ((cell.textContent ?? "") === "") continue;
    const { left, right, top, bottom, width, height } = cell.getBoundingClientRect();
    const isSeen = width > 0 && height > 0 && left >= 0 && right <= innerWidth + 0.5;
    let isCut = false;
    for (
      let box = cell.parentElement;
      box !== null && box !== document.documentElement;
      box = box.parentElement
    ) {
      if (getComputedStyle(box).overflow === "visible") continue;
      const edge = box.getBoundingClientRect();
      isCut ||=
        right > edge.right + 1 || left < edge.left - 1 || bottom > edge.bottom + 1 || top < edge.top - 1;
    }
    if (!isSeen || isCut) found.push(`${cell.closest("table")?.ariaLabel}: ${cell.textContent}`);
  }
  return found;
}

/** Texts of a chart, and names of a legend, whose boxes share more than an edge. */
export function overlappingLabels(): string[] {
  const found: string[] = [];
  for (const group of document.querySelectorAll(".chart svg, .keys, .paper svg")) {
    const labels = [...group.querySelectorAll("text, button")].filter((one) => one.textContent !== "");
    const boxes = labels.map((one) => one.getBoundingClientRect());
    for (const [at, box] of boxes.entries())
      for (const [other, next] of boxes.entries()) {
        const across = Math.min(box.right, next.right) - Math.max(box.left, next.left);
        const down = Math.min(box.bottom, next.bottom) - Math.max(box.top, next.top);
        if (other > at && across > 1 && down > 1)
          found.push(
            `${group.closest("figure")?.id}: ${labels[at]?.textContent} on ${labels[other]?.textContent}`,
          );
      }
    for (const [at, box] of boxes.entries())
      if (box.left < 0 || box.right > innerWidth) found.push(`cut: ${labels[at]?.textContent}`);
  }
  return found;
}

/** What legends show of each name. */
export function keysOfFigures(): {
  figure: string;
  name: string;
  color: string;
  mark: string;
  dash: string;
}[] {
  return [...document.querySelectorAll(".keys button")].map((button) => {
    const [mark, line] = [button.querySelector("path"), button.querySelector("line")];
    return {
      figure: button.closest("figure")?.id ?? "",
      name: button.textContent ?? "",
      color: (mark ?? line)?.getAttribute("stroke") ?? "",
      mark: mark?.getAttribute("d") ?? "",
      dash: line?.getAttribute("stroke-dasharray") ?? "",
    };
  });
}

/** What is drawn on paper of each figure: how many marks of each colour can be seen. */
export function marksOnPaper(): { figure: string; colors: Record<string, number> }[] {
  return [...document.querySelectorAll("figure")].map((figure) => {
    const colors: Record<string, number> = {};
    for (const mark of figure.querySelectorAll(".paper svg path")) {
      const isClear = ["stroke-opacity", "fill-opacity"].some((name) => mark.getAttribute(name) === "0");
      const { width, height } = (mark as SVGPathElement).getBBox();
      const isFlat = !mark.hasAttribute("stroke") && Math.min(width, height) === 0;
      const isUnseen = mark.closest("defs") !== null || isClear || isFlat;
      const own = ["fill", "stroke"].map((name) => mark.getAttribute(name) ?? "none");
      const color = own.find((one) => /^#[0-9a-f]{6}$/.test(one) && one !== "#ffffff");
      if (!isUnseen && color !== undefined) colors[color] = (colors[color] ?? 0) + 1;
    }
    return { figure: figure.id, colors };
  });
}
