// Writes zip archives (APPNOTE.TXT 6.3.10) as a provider registry wants them: few files, each in memory, some executable.
import { deflateRawSync } from 'node:zlib'

const deflated = 8
/** Names are UTF-8. */
const flags = 0x0800
/** The first of January 1980: the same content makes the same archive. */
const date = 0x0021
/** Made on Unix, so that the mode below counts. */
const madeBy = (3 << 8) | 20
const needed = 20

/** Makes an archive of files; a mode such as 0o755 makes one executable where it is unpacked. */
export function makeZip(files) {
  const parts = []
  const directory = []
  let offset = 0
  for (const { name, content, mode = 0o644 } of files) {
    const entry = describe(Buffer.from(name, 'utf8'), content)
    const local = Buffer.concat([numbers([4, 0x04034b50], [2, needed], ...entry.facts, [2, 0]), entry.name, entry.data])
    const attributes = ((0o100000 | mode) << 16) >>> 0
    directory.push(
      numbers([4, 0x02014b50], [2, madeBy], [2, needed], ...entry.facts, [2, 0], [2, 0], [2, 0], [2, 0]),
      numbers([4, attributes], [4, offset]),
      entry.name,
    )
    parts.push(local)
    offset += local.length
  }
  const central = Buffer.concat(directory)
  const end = numbers([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length])
  return Buffer.concat([...parts, central, end, numbers([4, central.length], [4, offset], [2, 0])])
}

function describe(name, content) {
  const data = deflateRawSync(content, { level: 9 })
  const sizes = [
    [4, crc32(content)],
    [4, data.length],
    [4, content.length],
  ]
  return { name, data, facts: [[2, flags], [2, deflated], [2, 0], [2, date], ...sizes, [2, name.length]] }
}

/** Writes whole numbers of so many bytes, the least one first. */
function numbers(...values) {
  return Buffer.concat(
    values.map(([size, value]) => {
      const bytes = Buffer.alloc(size)
      bytes.writeUIntLE(value, 0, size)
      return bytes
    }),
  )
}

const table = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes) {
  let value = -1
  for (const byte of bytes) value = (value >>> 8) ^ table[(value ^ byte) & 0xff]
  return ~value >>> 0
}
