/**
 * The key of LONGHAUL_API_KEY, for servers that want one. The first call takes it out of the environment, so that no
 * child process inherits it; later calls give the same.
 */
export function takeApiKey(): string | null {
  const { [name]: given } = process.env;
  delete process.env[name];
  if (given !== undefined && given.trim() !== "") taken = given.trim();
  return taken;
}

/** A text of a server, which may have sent the key back, in any way that a text usually holds one. */
export function withoutKey(text: string, key: string | null): string {
  if (key === null) return text;
  const json = JSON.stringify(key).slice(1, -1);
  const written = [key, json, json.replaceAll("/", "\\/"), encodeURIComponent(key), btoa(key)];
  return written.reduce((rest, one) => rest.replaceAll(one, "[key]"), text);
}

const name = "LONGHAUL_API_KEY";
let taken: string | null = null;
