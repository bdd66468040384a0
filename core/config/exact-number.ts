/** No number of so few characters loses a digit, unless it has an exponent. */
const alwaysExact = 15;

/** The significant digits of a number's text: those of `-0.0120e5` are `12`. */
const digitsOf = (number: string): string =>
  number
    .replace(/e.*$/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');

/** Whether a decimal number's text keeps all of its digits as a number of 64 bits. */
export const isExact = (text: string): boolean => {
  if (text.length <= alwaysExact && !/e/i.test(text)) return true;
  const value = Number(text);
  return Number.isFinite(value) && digitsOf(text) === digitsOf(String(value));
};
