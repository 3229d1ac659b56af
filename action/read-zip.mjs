import { inflateRawSync } from 'node:zlib'

const endMark = 0x06_05_4b_50
const entryMark = 0x02_01_4b_50
const localMark = 0x04_03_4b_50
const sizeLimit = 64 * 1024 * 1024

/**
 * Takes one file out of a zip archive, by its directory: archives that were written as a stream have no sizes elsewhere.
 * @param {Buffer} zip
 * @param {string} wanted
 */
export function readZip(zip, wanted) {
  const end = findEnd(zip)
  let at = zip.readUInt32LE(end + 16)
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== entryMark) break
    const nameLength = zip.readUInt16LE(at + 28)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    if (name === wanted) return readEntry(zip, at)
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  throw new Error(`The archive has no file ${wanted}.`)
}

/** @param {Buffer} zip */
function findEnd(zip) {
  for (let at = zip.length - 22; at >= 0; at -= 1) if (zip.readUInt32LE(at) === endMark) return at
  throw new Error('What was downloaded is no zip archive.')
}

/**
 * @param {Buffer} zip
 * @param {number} entry
 */
function readEntry(zip, entry) {
  const method = zip.readUInt16LE(entry + 10)
  const size = zip.readUInt32LE(entry + 20)
  const local = zip.readUInt32LE(entry + 42)
  if (zip.readUInt32LE(local) !== localMark) throw new Error('The archive is damaged.')
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const data = zip.subarray(start, start + size)
  if (method === 0) return data
  if (method === 8) return inflateRawSync(data, { maxOutputLength: sizeLimit })
  throw new Error(`The archive is packed by method ${method}, which is not known here.`)
}
