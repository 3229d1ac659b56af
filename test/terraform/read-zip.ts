import { inflateRawSync } from 'node:zlib'

/** Reads the files of a zip archive by its directory. */
export function readZip(archive: Buffer): Readonly<Record<string, Buffer>> {
  const end = archive.lastIndexOf('PK\u0005\u0006')
  const count = archive.readUInt16LE(end + 10)
  const files: [string, Buffer][] = []
  let at = archive.readUInt32LE(end + 16)
  for (let index = 0; index < count; index += 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset))
    const name = archive.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    files.push([name, readEntry(archive, archive.readUInt32LE(at + 42), at)])
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return Object.fromEntries(files)
}

/** Sizes stand in the directory for certain, beside the data only sometimes. */
function readEntry(archive: Buffer, local: number, directory: number): Buffer {
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28)
  const data = archive.subarray(start, start + archive.readUInt32LE(directory + 20))
  return archive.readUInt16LE(directory + 10) === 8 ? inflateRawSync(data) : data
}
