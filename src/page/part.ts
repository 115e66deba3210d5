import type { ComponentChildren } from "preact";

/** A section of the page, as the contents list it. */
export interface Part {
  readonly id: string;
  readonly title: string;
  /** What the contents list within it. */
  readonly within?: readonly { readonly id: string; readonly title: string }[];
  readonly body: ComponentChildren;
}
