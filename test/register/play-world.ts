import { outputOf } from "/work/main/test/register/world.ts";
const [, , file, pattern, which = "said", seed = "1"] = process.argv;
async function go() {
  const { conclusions } = await import(`/work/main/test/register/${file}.worlds.ts`);
  for (const c of conclusions.filter((one: any) => String(one.pattern).includes(pattern ?? ""))) {
    const out = await outputOf(c[which], Number(seed));
    console.log(`## ${c.sentence} ${c.pattern} ${which}\n${out.slice(-1500)}\n`);
  }
}
void go();
