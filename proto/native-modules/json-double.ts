/**
 * A double as serde_json writes it. JavaScript finds the same digits (the fewest that read back as the same number) and
 * lays them out in another way. Source: ryu 1.0, pretty/mod.rs, `format64`; serde_json: what is not finite is null.
 */

/** Places before and behind the point up to which there is no exponent. */
const MOST_BEFORE = 16;
const MOST_ZEROS_BEHIND = 5;

export function jsonDouble(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (value === 0) return `${sign}0.0`;
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e') as [string, string];
  const digits = mantissa.replace('.', '');
  /** Where the point stands, counted from before the first digit. */
  const point = Number(exponent) + 1;
  if (point > MOST_BEFORE || point <= -MOST_ZEROS_BEHIND)
    return `${sign}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}e${point - 1}`;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return `${sign}${digits}${'0'.repeat(point - digits.length)}.0`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
