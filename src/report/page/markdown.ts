import { escapeMarkdown, renderCompareMarkdown } from "../compare/markdown.ts";
import { renderSuiteMarkdown } from "../suite/markdown.ts";
import type { PageDocument } from "./page-schema.ts";

/** The page's tables and sentences for an issue or a model card: the single runs, then each suite. */
export function renderPageMarkdown({ comparison, suites }: PageDocument): string {
  return [
    ...(comparison === null ? [] : [renderCompareMarkdown(comparison, "summary")]),
    ...suites.map(
      (suite) => `# Experiments: ${escapeMarkdown(suite.suite)}\n\n${renderSuiteMarkdown(suite)}`,
    ),
  ].join("\n\n");
}
