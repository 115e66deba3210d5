import { afterAll } from "vitest";
import { javascriptJinja } from "../../src/chat/javascript-jinja.ts";
import type { Jinja } from "../../src/chat/jinja.ts";
import { loadBinding } from "../../src/engine/llama/binding.ts";
import { jinjaOf } from "../../src/engine/llama/native-jinja.ts";

/** llama.cpp's own engine and the one in JavaScript, until the file's tests are over. */
export async function bothJinjas(): Promise<readonly [native: Jinja, javascript: Jinja]> {
  const { llama } = await loadBinding("off");
  afterAll(() => llama.dispose());
  return [jinjaOf(llama), javascriptJinja];
}
