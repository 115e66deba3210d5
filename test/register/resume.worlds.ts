import type { Conclusion, World } from "./world.ts";

const run = "run --engine scripted:p=0.7,seed={seed} --rollouts 3 --turns 5 --seed {seed}";
const slow = "run --engine scripted:p=0.7,seed={seed},delay-ms=300 --rollouts 1 --turns 40 --seed {seed}";
const listed = [run, "resume"];
const tampering =
  "UPDATE run SET status = 'interrupted'; DELETE FROM verdict WHERE turn_id IN (SELECT id FROM turn WHERE turn > 2); DELETE FROM turn WHERE turn > 2";

const done: World = { commands: listed };
const stopped: World = { commands: listed, tampering };
const inTime: World = { commands: [`${run} --max-time 10m`] };
const outOfTime: World = { commands: [`${slow} --max-time 1s`] };

export const conclusions: readonly Conclusion[] = [
  {
    sentence: "resume.runToResume",
    pattern: /run 1 scripted:\S+ 6 of 15 turns interrupted/,
    said: stopped,
    unsaid: done,
  },
  {
    sentence: "resume.goOnWith",
    pattern: /To go on where it stopped: .*resume 1/,
    said: stopped,
    unsaid: done,
  },
  {
    sentence: "resume.noRunToResume",
    pattern: /Every run is done or goes on; there is nothing to resume/,
    said: done,
    unsaid: stopped,
  },
  {
    sentence: "run.stopping",
    pattern: /The time is over: finishing the batch in flight\./,
    said: outOfTime,
    unsaid: inTime,
  },
];
