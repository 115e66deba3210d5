/**
 * A value on its way into a column that takes only these: the schema itself names none, so that another needs no new one.
 *
 * @throws Error naming the column
 */
export function oneOf<T extends string>(allowed: readonly T[], column: string, value: T): T {
  if (allowed.includes(value)) return value;
  throw new Error(`${column}: "${value}" is none of ${allowed.join(", ")}`);
}
