/** usage: npx tsx bench/scale/make-part.ts FILE.db TURNS PART RUNS: a file of made up turns, so that parts are made beside each other. */
import { makeFile } from "./made-file.ts";
import { openDatabase } from "../../src/store/database.ts";

const [path = "", turns, part, runs] = process.argv.slice(2);
makeFile(path, Number(turns), openDatabase, Number(part), Number(runs));
