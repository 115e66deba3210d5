import type { Conclusion, World } from "./world.ts";

const small = "run --quiet --engine scripted:p=0.97,seed={seed} --turns 12 --parallel 2";
const share = (text: string, more = ""): string =>
  `${small} --name alpha --seed {seed} --rollouts 8 --shard ${text} ${more}`.trim();
const whole = share("1/1");
const named = (name: string): string =>
  `${small} --name ${name} --seed {seed} --rollouts 8`.replace(
    "p=0.97",
    name === "alpha" ? "p=0.97" : "p=0.9",
  );

/** Machines beside the one that all of it was really played on: another kind, and one of the same kind. */
const machines = `INSERT INTO machine (id, cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus)
    SELECT 8, 'Testium 9', 64, 64, memory_bytes, os, arch, gpus FROM machine WHERE id = 1;
  INSERT INTO machine (id, cpu_model, physical_cores, logical_cores, memory_bytes, os, arch, gpus, facts)
    SELECT 9, cpu_model, physical_cores, logical_cores, 1 + memory_bytes, os, arch, gpus, facts FROM machine WHERE id = 1;`;
const otherKind = 8;
const sameKind = 9;

/** As if some of these runs had been played on another machine. @param where "settings ->> '$.shard' = '2/2'" */
const playedOn = (machine: number, where: string): string =>
  `${machines} UPDATE run SET machine_id = ${machine} WHERE ${where}`;
const second = "settings ->> '$.shard' = '2/2'";

/** As if run 1 had stopped in the middle of its batches, and gone on there. */
const movedTo = (machine: number): string =>
  `${machines} INSERT INTO session (run_id, session, at, machine_id, versions, rebuilt, differences, status_before, first_batch)
    SELECT 1, 1, '2026-01-02', ${machine}, '{}', 'exact', '[]', 'interrupted', max(batch) / 2 FROM batch WHERE run_id = 1`;

const halves = [share("1/2"), share("2/2")];
const compared = (tampering: string, ...commands: readonly string[]): World => ({
  commands: [...commands, "compare"],
  tampering,
});
const page = { commands: "report -o {folder}/page.html", reads: "page.html" };
const paged = ({ commands, tampering = "" }: World): World => ({
  commands: [...commands.slice(0, -1), page.commands],
  tampering,
  reads: page.reads,
});

const apart = compared(playedOn(otherKind, second), ...halves);
const twoRows = (machine: number): World =>
  compared(playedOn(machine, "name = 'beta'"), named("alpha"), named("beta"));

const fastAndSlow = ["decode-ms=10 --name quick", "decode-ms=100 --name slow"].map(
  (model) => `run --quiet --rollouts 8 --turns 12 --seed {seed} --engine scripted:p=0.97,${model}`,
);

const suite = {
  "s.yaml": "name: s\ndefaults: { turns: 6, rollouts: 4, parallel: 2 }\nexperiments:\n  - { use: horizon }\n",
};
const suiteOf = (tampering: string, ...shares: readonly string[]): World => ({
  files: suite,
  commands: [
    ...shares.map((text) => `suite run s.yaml scripted:p=0.9,seed={seed} --quiet --shard ${text}`),
    "compare --suite s",
  ],
  tampering,
});

/** Each share in a file of its own, told in that order. */
const files = (last: string, ...shares: readonly string[]): World => ({
  commands: [
    ...shares.map((text, place) => `${share(text)} --db {folder}/part-${place}.db`),
    last.replace("PARTS", shares.map((_, place) => `{folder}/part-${place}.db`).join(" ")),
  ],
});
const merged = (...shares: readonly string[]): World => {
  const { commands } = files("merge PARTS -o {folder}/w.db", ...shares);
  return { commands: [...commands, "compare"] };
};
const direct = (...shares: readonly string[]): World => {
  const { commands } = files("", ...shares);
  const flags = shares.map((_, place) => `--db {folder}/part-${place}.db`).join(" ");
  return { commands: [...commands.slice(0, -1), `compare ${flags}`] };
};

const lacking = /of 8 rollouts 6 are here: shares 1, 2 and 4 of 4; share 3 is not\./;
const kinds =
  /played on 2 kinds of machine, told apart by CPU and cores: [^;]+; Testium 9, 64 cores\. Their answers count together, their speeds do not\./;
const oneSeed = [1];

/** Shares of two studies, the second one's seed an other one. */
const twoSeeds = (...first: readonly string[]): World => ({
  commands: [
    ...first.map((text) => share(text)),
    ...halves.map((half) => half.replace("--seed {seed}", "--seed 1{seed}")),
    "compare",
  ],
});

export const conclusions: readonly Conclusion[] = [
  { sentence: "machines.machineKindsNote", pattern: kinds, said: apart, unsaid: compared("", ...halves) },
  {
    sentence: "machines.machineKindsNote",
    pattern: /kinds? of machine/,
    said: apart,
    // Of the same kind, or on one machine under another speed setting.
    unsaid: compared(playedOn(sameKind, second), share("1/2"), share("2/2", "--parallel 4")),
    seeds: oneSeed,
  },
  {
    sentence: "machines.machineKindsNote",
    pattern: /Their answers count together/,
    said: apart,
    // All of it is a repetition of what counts.
    unsaid: compared(playedOn(otherKind, "settings ->> '$.shard' = '1/2'"), share("1/2"), whole),
    seeds: oneSeed,
  },
  {
    sentence: "machines.machineKindsNote",
    pattern: kinds,
    said: paged(apart),
    unsaid: paged(compared(playedOn(sameKind, second), ...halves)),
    seeds: oneSeed,
  },
  {
    sentence: "machines.machineKindsNote",
    pattern:
      /scripted:\S+ · [^·]*Testium 9, 64 cores .*played on 2 kinds of machine, told apart by CPU and cores/,
    said: suiteOf(playedOn(otherKind, second), "1/2", "2/2"),
    unsaid: suiteOf(playedOn(sameKind, second), "1/2", "2/2"),
    seeds: oneSeed,
  },
  {
    sentence: "machines.movedRunsNote",
    pattern:
      /speed +prefill unknown, decode unknown.* run 1 \(.*, then Testium 9, 64 cores\) was continued on another kind of machine: such times tell no speed\./,
    said: { commands: [whole, "show 1"], tampering: movedTo(otherKind) },
    unsaid: { commands: [whole, "show 1"], tampering: movedTo(sameKind) },
  },
  {
    sentence: "machines.movedRunsNote",
    pattern:
      /alpha · [^·]+, then Testium 9, 64 cores unknown .*run 1 \([^)]+\) was continued on another kind of machine/,
    said: { commands: [...halves, "compare --metric speed"], tampering: movedTo(otherKind) },
    unsaid: { commands: [...halves, "compare --metric speed"], tampering: movedTo(sameKind) },
    seeds: oneSeed,
  },
  {
    sentence: "machines.speedsApartNote",
    pattern:
      /speeds can be compared within one kind of machine only: alpha on [^;]+; beta on Testium 9, 64 cores\./,
    said: twoRows(otherKind),
    unsaid: twoRows(sameKind),
  },
  {
    sentence: "machines.speedsApartNote",
    pattern: /within one kind of machine only: alpha on [^;]+; beta on Testium 9, 64 cores/,
    said: paged(twoRows(otherKind)),
    unsaid: paged(twoRows(sameKind)),
    seeds: oneSeed,
  },
  {
    sentence: "machines.speedsApartNote",
    pattern: /speeds can be compared within one kind of machine only/,
    said: twoRows(otherKind),
    // One row of which two machines played parts is no two rows.
    unsaid: apart,
    seeds: oneSeed,
  },
  {
    sentence: "recommendation.runFaster",
    pattern: /Run quick [^:]*: which of [a-z ]+ is not told, and none of them is shown/,
    said: compared(playedOn(sameKind, "name = 'quick'"), ...fastAndSlow),
    // Times of two machines say nothing of the models.
    unsaid: compared(playedOn(otherKind, "name = 'quick'"), ...fastAndSlow),
    seeds: oneSeed,
  },
  {
    sentence: "shares.sharesMissing",
    pattern: lacking,
    said: merged("1/4", "2/4", "4/4"),
    unsaid: merged("4/4", "1/4", "3/4", "2/4"),
  },
  {
    sentence: "shares.sharesMissing",
    pattern: lacking,
    said: merged("4/4", "2/4", "1/4"),
    unsaid: { commands: [share("1/4"), whole, "compare"] },
    seeds: oneSeed,
  },
  {
    sentence: "shares.sharesMissing",
    pattern: lacking,
    said: direct("2/4", "4/4", "1/4"),
    unsaid: direct("3/4", "1/2", "4/4"),
    seeds: oneSeed,
  },
  {
    sentence: "shares.sharesMissing",
    pattern: lacking,
    said: paged({ commands: [share("1/4"), share("2/4"), share("4/4"), "compare"] }),
    unsaid: paged({ commands: [whole, "compare"] }),
    seeds: oneSeed,
  },
  {
    sentence: "shares.sharesMissing",
    pattern: /of 8 rollouts \(seed \d\) 4 are here: share 1 of 2; share 2 is not\./,
    said: twoSeeds("1/2"),
    unsaid: twoSeeds("1/2", "2/2"),
  },
  {
    sentence: "shares.sharesMissing",
    pattern: /of 8 rollouts 6 are here; missing are rollouts 4 to 5 \(the first is 0\)\./,
    said: { commands: [share("1/2"), share("4/4"), "compare"] },
    unsaid: { commands: [share("1/2"), share("2/2"), share("4/4"), "compare"] },
    seeds: oneSeed,
  },
  {
    sentence: "shares.sharesMissing",
    pattern: /of 4 rollouts 2 are here: share 1 of 2; share 2 is not\./,
    said: suiteOf("", "1/2"),
    unsaid: suiteOf("", "1/2", "2/2"),
    seeds: oneSeed,
  },
  {
    sentence: "shares.shareOfStudy",
    pattern: /dict-sum: rollouts 2 to 3 of 8, share 2 of 4, 12 turns/,
    said: { commands: [share("2/4"), "show 1"] },
    unsaid: { commands: [whole, "show 1"] },
  },
];
