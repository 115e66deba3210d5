import { wordings } from "./wording-migration.ts";

const turnsView = /DROP VIEW turns;.*/s.exec(wordings)?.[0] ?? "";

/**
 * How sure the model was of a turn's answer (JSON: the first of its tokens, probabilities, gaps to the likeliest others, the
 * one that decided); NULL where it was not asked for, and in rows that were written before.
 */
export const confidences = `
ALTER TABLE turn ADD COLUMN confidence TEXT;

${turnsView.replace("turn.again_reason,", "turn.again_reason, turn.confidence,")}`;
