/**
 * Takes secrets out of every text of plain data. Formats that escape texts would hide from a look at the whole what
 * somebody else has repeated.
 */
export function scrubTexts<Data extends object>(data: Data, scrub: (text: string) => string): Data {
  return JSON.parse(JSON.stringify(data), (_name, value: unknown) => (typeof value === 'string' ? scrub(value) : value))
}
