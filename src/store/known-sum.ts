/**
 * SQL for a sum over rows that may not all know the column: NULL where one does not, since the sum without it would be
 * another one.
 *
 * @param term what is summed where it is not the column itself
 */
export function knownSum(column: string, term = column): string {
  return `iif(count(${column}) = count(*), total(${term}), NULL)`;
}
