/** A template's text and where it comes from. */
export interface Template {
  readonly text: string;
  readonly source: "model" | "file" | "plain";
}
