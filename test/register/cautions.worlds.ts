import type { Conclusion, World } from "./world.ts";

/** One simulated model in a database of its own, as its run prints it. */
function alone(spec: string, flags = ""): World {
  return { commands: [`${command(spec)} ${flags}`.trim()] };
}

function command(spec: string): string {
  return `run --quiet --engine scripted:${spec},seed={seed} --seed {seed} --rollouts 50 --turns 40`;
}

const middling = alone("p=0.97");
const severalKeys = alone("p=0.99", "--keys-per-turn 3");
const lasting = alone("p=0.999");
/** Every context is full at about turn 10. */
const small = alone("p=0.999,context=400");
const someFull = alone("p=0.9995,cut-full=0.01");
const someFail = alone("p=0.97,cut-error=0.02");
const mostFail = alone("p=0.999,cut-error=0.3");
const stoppedAlone = alone("form=1", "--stop-at-floor --parallel 1");
const stoppedTogether = alone("form=1", "--stop-at-floor");
const many = alone("p=0.97", "--rollouts 60");

/** All that were open were stopped with the run. */
const interrupted: World = {
  commands: [command("p=0.999"), "show 1"],
  tampering: `UPDATE run SET status = 'interrupted';
    UPDATE rollout SET end = 'interrupted' WHERE rollout >= 40;
    DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE rollout >= 40 AND turn > 10);
    DELETE FROM turn WHERE rollout >= 40 AND turn > 10;`,
};

const asking = (flags: string): World => ({ commands: [command("p=0.97"), `compare 1 ${flags}`] });

const judged = (spec: string, limit: string): World => ({
  commands: [command(spec), `compare 1 --fail-under ${limit}`],
});

const failedLast = {
  commands: [command("p=0.999"), command("p=0.999"), "compare --fail-under h50=2"],
  tampering: "UPDATE run SET status = 'failed', error = 'it ran out of memory' WHERE id = 2",
} satisfies World;

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "cautions.interruptedRun",
    pattern: /interrupted: 40 of 50 rollouts had all their turns, 0 never began/,
    said: interrupted,
    unsaid: lasting,
  },
  {
    sentence: "cautions.lostRollouts",
    pattern: /\d+ of 50 rollouts were lost to an engine error: counted up to there, the rest is unknown/,
    said: someFail,
    unsaid: interrupted,
  },
  {
    sentence: "cautions.lostRollouts",
    pattern: /50 of 50 rollouts filled their context: counted up to there/,
    said: small,
    unsaid: someFull,
  },
  {
    sentence: "cautions.lostRollouts",
    pattern:
      /1 of 1 rollout was stopped, since .*: counted up to there, the rest is unknown; 49 more never began/,
    said: stoppedAlone,
    unsaid: stoppedTogether,
  },
  {
    sentence: "cautions.lostRollouts",
    pattern: /50 of 50 rollouts were stopped, since hardly any .*, the rest is unknown/,
    said: stoppedTogether,
    unsaid: stoppedAlone,
  },
  {
    sentence: "cautions.cutBounds",
    pattern: /allow for \d+ cut rollouts: at the low end they are wrong in the next turn/,
    said: someFail,
    unsaid: small,
  },
  {
    sentence: "cautions.cutBounds",
    pattern: /cut rollouts: at the low end/,
    said: someFull,
    unsaid: interrupted,
  },
  {
    sentence: "cautions.horizonBeyond",
    pattern: /H50 lies beyond turn 40: more --turns may show it/,
    said: lasting,
    unsaid: small,
  },
  {
    sentence: "cautions.horizonBeyond",
    pattern: /H50 lies beyond turn \d+, where contexts were full: a larger --context may show it/,
    said: small,
    unsaid: lasting,
  },
  {
    sentence: "cautions.horizonBeyond",
    pattern: /H50 lies beyond turn 40: more --turns, and a larger --context for them, may show it/,
    said: someFull,
    unsaid: lasting,
  },
  {
    sentence: "cautions.horizonBeyond",
    pattern: /H50 lies beyond/,
    said: interrupted,
    unsaid: mostFail,
  },
  {
    sentence: "cautions.horizonUnknown",
    pattern: /H50 is unknown: \d+ of 50 rollouts were cut, and too few are left after turn \d+/,
    said: mostFail,
    unsaid: small,
  },
  {
    sentence: "cautions.horizonUnknown",
    pattern: /H50 is unknown/,
    said: mostFail,
    unsaid: someFail,
  },
  {
    sentence: "horizons.horizonText",
    pattern: /H50 unknown: \d+ of 50 rollouts were cut/,
    said: mostFail,
    unsaid: lasting,
  },
  {
    sentence: "horizons.horizonText",
    pattern: /H50 > 40 turns/,
    said: lasting,
    unsaid: middling,
  },
  {
    sentence: "horizons.horizonText",
    pattern: /H50 fails at turn 1 /,
    said: alone("p=0.2"),
    unsaid: middling,
  },
  {
    sentence: "horizons.horizonIntervalText",
    pattern: /H50 \d+ turns \(95 % \d+ to (\d+|> 40)\)/,
    said: middling,
    unsaid: mostFail,
  },
  {
    sentence: "horizons.horizonWithInterval",
    pattern: / \d+ \(\d+ to (\d+|> 40)\) /,
    said: { commands: [command("p=0.95"), "compare 1"] },
    unsaid: { commands: [command("p=0.9999"), "compare 1"] },
  },
  {
    sentence: "horizons.stepsText",
    pattern: /H50 \d+ turns = \d+ to \d+ steps/,
    said: severalKeys,
    unsaid: middling,
  },
  {
    sentence: "cautions.fewForHorizon",
    pattern: /H90 rests on 50 rollouts; up to 50 its estimate runs high/,
    said: middling,
    unsaid: many,
  },
  {
    sentence: "cautions.fewForHorizon",
    pattern: /H95 rests on 50 rollouts; up to 100 its estimate runs high/,
    said: asking("--horizons 0.5,0.95"),
    unsaid: asking("--horizons 0.5,0.8"),
  },
  {
    sentence: "cautions.firstErrorDecides",
    pattern:
      /H99 cannot be told from 50 rollouts: the first error in any of them takes task accuracy below it, so what is shown is the turn of that error and runs high; it takes at least 100/,
    said: asking("--horizons 0.99"),
    unsaid: asking("--horizons 0.98"),
  },
  {
    sentence: "cautions.survivorsOnly",
    pattern: /turn accuracy is of survivors only/,
    said: alone("p=0.97", "--until first-error"),
    unsaid: middling,
  },
  {
    sentence: "cautions.dictionaryScope",
    pattern: /intervals are for this dictionary, which all rollouts share/,
    said: alone("p=0.97", "--shared-dictionary"),
    unsaid: middling,
  },
  {
    sentence: "limits.belowLimit",
    pattern: /: h50 is \d+, wanted 30\./,
    said: judged("p=0.9", "h50=30"),
    unsaid: judged("p=0.999", "h50=30"),
  },
  {
    sentence: "limits.belowLimit",
    pattern: /: h50 is unknown: \d+ of 50 rollouts were cut, wanted 2\./,
    said: judged("p=0.999,cut-error=0.3", "h50=2"),
    unsaid: judged("p=0.999,context=400", "h50=2"),
  },
  {
    sentence: "limits.newestFailed",
    pattern: /: the newest run, 2, failed: it ran out of memory\./,
    said: failedLast,
    unsaid: { ...failedLast, tampering: failedLast.tampering.replaceAll("id = 2", "id = 1") },
    seeds: [1],
  },
  {
    sentence: "limits.lowCaseHorizon",
    pattern: /: h50 is \d+ with the \d+ cut rollouts wrong next, wanted 38\./,
    said: judged("p=0.985,cut-full=0.03", "h50=38"),
    unsaid: judged("p=0.95", "h50=38"),
  },
];
