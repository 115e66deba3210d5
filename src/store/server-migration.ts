import { sessions } from "./session-migration.ts";

const turnsView = /DROP VIEW turns;.*?(?=DROP VIEW runs)/s.exec(sessions)?.[0] ?? "";

/**
 * Models behind a server: what it told of itself with the run, and of each turn by its own clock and count (JSON), never
 * mixed with what was measured here. The view `served_turns` sets both side by side.
 */
export const servers = `
ALTER TABLE run ADD COLUMN server TEXT;
ALTER TABLE turn ADD COLUMN served TEXT;

${turnsView.replace("turn.session,", "turn.session, turn.served,")}

CREATE VIEW served_turns AS
SELECT run_id, rollout, turn, attempt, prompt_tokens, reused_tokens, decoded_tokens, ttft_ms, decode_ms,
  json_extract(served, '$.promptTokens') AS served_prompt_tokens,
  json_extract(served, '$.cachedTokens') AS served_cached_tokens,
  json_extract(served, '$.decodedTokens') AS served_decoded_tokens,
  json_extract(served, '$.promptMs') AS served_prompt_ms,
  json_extract(served, '$.decodeMs') AS served_decode_ms,
  json_extract(served, '$.loadMs') AS served_load_ms,
  json_extract(served, '$.fingerprint') AS fingerprint,
  json_extract(served, '$.requests') AS requests
FROM turn WHERE served IS NOT NULL;
`;
