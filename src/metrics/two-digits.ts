/** A guess as it is told: rounded up to two digits, of what is below ten to a whole number. */
export function twoDigitsUp(value: number): number {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return Math.ceil(value / unit) * unit;
}
