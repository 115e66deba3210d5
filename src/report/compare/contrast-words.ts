import { fileNameOf } from "../../file-name.ts";
import { namesWith } from "../../settings/settings.ts";
import { templateOf } from "../../reading/identity.ts";
import type { RunRecord } from "../../store/rows.ts";

/** Settings that make another row of one file, and are compared freely. */
const contrastNames = namesWith("contrast");
export type ContrastName = (typeof contrastNames)[number];

/** One of them, as a run had it. */
interface Contrast {
  /** Equal where two runs had it alike. */
  readonly value: (run: RunRecord) => string;
  readonly text: (run: RunRecord) => string;
  /** Where the text is that of another value among these runs, too; absent: that cannot be. */
  readonly exact?: (run: RunRecord, runs: readonly RunRecord[]) => string;
}

/** What an engine did not tell is as it was asked for. */
const contrasts: { readonly [Name in ContrastName]: Contrast } = {
  chatTemplate: {
    value: (run) => templateOf(run) ?? JSON.stringify(run.settings.chatTemplate),
    text: ({ settings: { chatTemplate } }) =>
      chatTemplate === null ? "own template" : `template ${fileNameOf(chatTemplate.file)}`,
    exact(run, runs) {
      const alike = runs.filter(({ templateHash }) => templateHash === run.templateHash);
      const isOlder = run.chat === null && alike.some(({ chat }) => chat !== null);
      const hash = run.templateHash?.slice(0, 8) ?? "unknown";
      return `template ${hash}${isOlder ? ", worded earlier" : ""}`;
    },
  },
  gpu: alike(({ backendUsed, settings }) => `on ${backendUsed ?? settings.gpu}`),
  kvTypeK: alike(kvText),
  kvTypeV: alike(kvText),
  flashAttention: alike(({ flashAttention: isOn, settings }) => {
    const word = isOn === null ? settings.flashAttention : isOn ? "on" : "off";
    return `flash attention ${word}`;
  }),
  lora: {
    value: ({ settings: { lora } }) => lora?.sha256 ?? lora?.file ?? "",
    text: ({ settings: { lora } }) => (lora === null ? "without LoRA" : `LoRA ${fileNameOf(lora.file)}`),
    exact: ({ settings: { lora } }) => `LoRA ${lora?.sha256?.slice(0, 8) ?? "unknown"}`,
  },
};

/**
 * The contrasts in which these runs are not all alike, in words, as the first of them had each: "KV q8_0/q8_0", "on cuda",
 * "template chat.jinja".
 *
 * @param but those that are told already
 */
export function contrastTexts(runs: readonly RunRecord[], but: readonly ContrastName[] = []): string[] {
  const [own] = runs;
  if (own === undefined) return [];
  const texts = contrastNames
    .filter((name) => !but.includes(name) && isTold(name, own))
    .map((name) => ({ ...contrasts[name], known: runs.filter((run) => isTold(name, run)) }))
    .filter(({ value, known }) => new Set(known.map(value)).size > 1)
    .map(({ value, text, exact = text, known }) => {
      const isTwice = known.some((run) => value(run) !== value(own) && text(run) === text(own));
      return isTwice ? exact(own, known) : text(own);
    });
  return [...new Set(texts)];
}

/** Of a model behind a server at most its chat template is known: how it was loaded was not asked for. */
function isTold(name: ContrastName, { server, templateHash }: RunRecord): boolean {
  return server === null || (name === "chatTemplate" && templateHash !== null);
}

/** The types of the KV cache, of keys and of values. */
function kvText({ kvTypeK, kvTypeV, settings }: RunRecord): string {
  return `KV ${kvTypeK ?? settings.kvTypeK}/${kvTypeV ?? settings.kvTypeV}`;
}

function alike(text: (run: RunRecord) => string): Contrast {
  return { value: text, text };
}
