import { Decimal } from './value.ts'

const decimalText = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/u

/** Takes a number in any of its forms to the least that holds it exactly; undefined for what is none. */
export function readNumber(value: unknown): number | bigint | Decimal | undefined {
  // No zero is below zero in the engine's type system.
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value + 0
  if (typeof value === 'bigint') return readInteger(value)
  if (typeof value !== 'string' || !decimalText.test(value)) return undefined
  if (/^-?\d+$/u.test(value)) return readInteger(BigInt(value))
  const double = Number(value)
  return isExact(double, value) ? double + 0 : new Decimal(value)
}

function readInteger(value: bigint): number | bigint | Decimal {
  if (BigInt(Number.MIN_SAFE_INTEGER) <= value && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value)
  return BigInt.asIntN(64, value) === value ? value : new Decimal(String(value))
}

/** Tells whether the shortest text of a double is the number that was written. */
function isExact(double: number, text: string): boolean {
  return Number.isFinite(double) && digitsOf(String(double)) === digitsOf(text)
}

/** The digits that count and where the point stands among them, so that 1.50, 15e-1 and 1.5 are one. */
function digitsOf(text: string): string {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.')
  const digits = `${whole}${fraction}`
  const leading = digits.replace(/^0+/u, '')
  const point = Number(exponent) + whole.length - (digits.length - leading.length)
  const trailing = leading.replace(/0+$/u, '')
  return trailing === '' ? '0' : `${mantissa.startsWith('-') ? '-' : ''}${trailing}@${point}`
}
