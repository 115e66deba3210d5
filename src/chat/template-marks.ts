/**
 * Texts that a template may look for in what is said: tags in its source, and quoted texts with more than letters in them.
 * An answer that holds one has to be rendered by the template itself.
 */
export function marksOfTemplate(template: string): string[] {
  const tags = template.match(/<[^<>\s{}'"]{1,40}>|\[\/?[A-Z][A-Z_ ]{2,30}\]|◁[^▷]{1,30}▷/g) ?? [];
  const quoted = [...template.matchAll(/'([^'\n\\]{3,80})'|"([^"\n\\]{3,80})"/g)].map(
    ([, single, double]) => single ?? double ?? "",
  );
  return [...new Set([...tags, ...quoted.filter((text) => /[^\p{L}\p{N}_\s]/u.test(text))])];
}
