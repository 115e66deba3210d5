/**
 * The same curve, row for row, from one pass over the turns: each rollout leaves the curve at one turn (its first error,
 * or its last turn), so those at risk are those of the turn before less those who left there.
 */
export const curveInOnePass = `
DROP VIEW task_accuracy;
CREATE VIEW task_accuracy AS
WITH RECURSIVE leaving AS MATERIALIZED (
  SELECT s.run_id, coalesce(s.first_error, s.last_turn) AS turn, count(*) AS n, count(s.first_error) AS first_errors,
    sum(s.first_error IS NULL AND s.last_turn < run.turns) AS censored, max(s.last_turn) AS last_turn
  FROM rollout_survival s JOIN run ON run.id = s.run_id
  GROUP BY s.run_id, coalesce(s.first_error, s.last_turn)
), whole AS MATERIALIZED (
  SELECT run_id, sum(n) AS n, max(last_turn) AS last_turn FROM leaving GROUP BY run_id
), curve AS (
  SELECT w.run_id, 1 AS turn, w.n AS at_risk, coalesce(l.first_errors, 0) AS first_errors,
    coalesce(l.censored, 0) AS censored, w.n - coalesce(l.n, 0) AS at_risk_next, w.n, w.last_turn,
    0 AS censored_before, 1.0 * (w.n - coalesce(l.first_errors, 0)) / w.n AS accuracy
  FROM whole w LEFT JOIN leaving l ON l.run_id = w.run_id AND l.turn = 1
  UNION ALL
  SELECT p.run_id, p.turn + 1, p.at_risk_next, coalesce(l.first_errors, 0), coalesce(l.censored, 0),
    p.at_risk_next - coalesce(l.n, 0), p.n, p.last_turn, p.censored_before + p.censored,
    CASE WHEN p.censored_before + p.censored = 0 THEN 1.0 * (p.at_risk_next - coalesce(l.first_errors, 0)) / p.n
      WHEN p.at_risk_next = 0 THEN p.accuracy
      ELSE p.accuracy * (p.at_risk_next - coalesce(l.first_errors, 0)) / p.at_risk_next END
  FROM curve p LEFT JOIN leaving l ON l.run_id = p.run_id AND l.turn = p.turn + 1
  WHERE p.turn < p.last_turn AND (p.at_risk_next > 0 OR p.accuracy = 0)
)
SELECT run_id, turn, at_risk, first_errors, censored, accuracy FROM curve;
`;

const wholeRollouts = "FROM rollout_survival s JOIN run ON run.id = s.run_id";

/** The same, without runs whose turns were asked by themselves: what nobody asked for is neither right nor wrong. */
export const curveWithoutProbes = curveInOnePass.replace(
  wholeRollouts,
  `${wholeRollouts}
  WHERE json_extract(run.settings, '$.probe') IS NULL`,
);
