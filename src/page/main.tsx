import { render } from "preact";
import type { PageDocument } from "../report/page/page-schema.ts";
import { Page } from "./page.tsx";

const data = document.getElementById("data")?.textContent ?? "";
const root = document.getElementById("root");
if (root !== null) {
  root.replaceChildren();
  render(<Page document={JSON.parse(data) as PageDocument} />, root);
  // What bench/scale/report-cost.ts takes for the first view.
  requestAnimationFrame(() => performance.mark("first-view"));
}
