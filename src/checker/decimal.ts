/** Numbers as exact texts, for a double cannot tell 9007199254740992 from 9007199254740993. */

const plainInteger = /^(?:0|-?[1-9]\d{0,14})$/;
const numeralPattern = /^([+-]?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

/** Numbers with more zeros than this at either end are written with an exponent. */
const maxZeros = 20n;

/**
 * The canonical text of a decimal numeral such as `-12`, `1.50` or `3e2`: two numerals have the
 * same text exactly when they are the same number. Throws `RangeError` if the text is not a
 * numeral.
 */
export function canonicalDecimal(numeral: string): string {
  if (plainInteger.test(numeral)) return numeral;
  const match = numeralPattern.exec(numeral);
  if (match === null) throw new RangeError(`not a numeral: ${numeral}`);
  const [, sign, whole = '', fraction = '', power = '0'] = match;

  // The number is `digits` × 10^exponent, where `digits` is an integer that ends in no zero.
  const significant = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = withoutFinalZeros(significant);
  if (digits === '') return '0';
  const minus = sign === '-' ? '-' : '';
  const exponent =
    BigInt(power) - BigInt(fraction.length) + BigInt(significant.length - digits.length);

  if (exponent >= 0n) {
    if (exponent > maxZeros) return `${minus}${digits}e${exponent}`;
    return `${minus}${digits}${'0'.repeat(Number(exponent))}`;
  }
  const places = -exponent;
  const leading = places - BigInt(digits.length);
  if (leading > maxZeros) return `${minus}${digits}e${exponent}`;
  const padded = leading >= 0n ? `${'0'.repeat(Number(leading) + 1)}${digits}` : digits;
  const point = padded.length - Number(places);
  return `${minus}${padded.slice(0, point)}.${padded.slice(point)}`;
}

/** In one pass: a pattern such as /0+$/ begins anew at each zero, quadratic in their number. */
function withoutFinalZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
