/** The small part of DER (X.690) that a certificate is made of. */

/** Encodes a tag, the length and the content. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tag]), derLength(content.length), content])
}

function derLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes = Buffer.from(length.toString(16).padStart(length > 0xffff ? 6 : length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes])
}

export function sequence(...contents: readonly Uint8Array[]): Buffer {
  return der(0x30, ...contents)
}

export function set(...contents: readonly Uint8Array[]): Buffer {
  return der(0x31, ...contents)
}

/** Encodes a whole number above or equal to zero, given by its bytes. */
export function unsignedInteger(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const significant = first === -1 ? Buffer.from([0]) : Buffer.from(bytes.subarray(first))
  // A leading bit that is set would make it negative.
  return der(0x02, ...((significant[0] ?? 0) >= 0x80 ? [Buffer.from([0])] : []), significant)
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(0x06, Buffer.from([40 * first + second, ...rest.flatMap(base128)]))
}

function base128(value: number): readonly number[] {
  const low = value & 0x7f
  const above = (rest: number): readonly number[] => (rest === 0 ? [] : [...above(rest >>> 7), 0x80 | (rest & 0x7f)])
  return [...above(value >>> 7), low]
}

export function utf8String(text: string): Buffer {
  return der(0x0c, Buffer.from(text, 'utf8'))
}

export function octetString(content: Uint8Array): Buffer {
  return der(0x04, content)
}

export function bitString(content: Uint8Array, unusedBits: number = 0): Buffer {
  return der(0x03, Buffer.from([unusedBits]), content)
}

export function boolean(value: boolean): Buffer {
  return der(0x01, Buffer.from([value ? 0xff : 0]))
}

/** Encodes a time; RFC 5280 wants two digits of the year until 2049 and four from then on. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replaceAll(/[-:T]|\.\d+/gu, '')
  return at.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(digits.slice(2))) : der(0x18, Buffer.from(digits))
}
