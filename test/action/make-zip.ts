import { crc32, deflateRawSync } from 'node:zlib'

/** Packs one file as upload-artifact does: as a stream, whose sizes stand behind the data and in the directory only. */
export function makeZip(name: string, text: string): Buffer {
  const data = Buffer.from(text)
  const packed = deflateRawSync(data)
  const sizes = numbers([4, crc32(data)], [4, packed.length], [4, data.length])
  // Version, flags (sizes follow, names are UTF-8), method, time, date.
  const facts = numbers([2, 20], [2, 0x0808], [2, 8], [2, 0], [2, 0x5a21])
  const local = join(numbers([4, 0x04034b50]), facts, Buffer.alloc(12), numbers([2, name.length], [2, 0]), name)
  const descriptor = join(numbers([4, 0x08074b50]), sizes)
  const entry = join(
    numbers([4, 0x02014b50], [2, 0x031e]),
    facts,
    sizes,
    numbers([2, name.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, 0]),
    name,
  )
  const start = local.length + packed.length + descriptor.length
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, 1], [2, 1], [4, entry.length], [4, start], [2, 0])
  return join(local, packed, descriptor, entry, end)
}

function numbers(...fields: readonly (readonly [bytes: 2 | 4, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes)
      field.writeUIntLE(value, 0, bytes)
      return field
    }),
  )
}

function join(...parts: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat(parts.map((part) => Buffer.from(part as string)))
}
