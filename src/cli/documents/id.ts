/**
 * What a document names in its first field, `$schema`: a URI that leads nowhere on the web. The number is that of the fields'
 * meaning: under the same one fields are added, and none is renamed or removed.
 */
export function schemaId<Name extends string>(name: Name): `longhaul:${Name}/1` {
  return `longhaul:${name}/1`;
}
