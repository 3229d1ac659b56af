import { constants, writeFileSync } from 'node:fs'
import { type FileHandle, mkdir, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { errorCode } from './ledger-errors.ts'

/** The few things the ledger does to files; a test can make each of them fail. */
export interface FileSystem {
  /** Reads a whole file; undefined where there is none. */
  read(path: string): Promise<Uint8Array | undefined>
  /** Follows symbolic links, also to a file that is not there yet, so that a linked ledger stays a link. */
  resolve(path: string): Promise<string>
  makeDirectory(path: string): Promise<void>
  /** Creates a file with a first text; undefined when there already is one. */
  create(path: string, text: string): Promise<OpenFile | undefined>
  /** Writes a whole file and waits until it is on disk. */
  write(path: string, text: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** Removes a file; one that is gone is fine. */
  remove(path: string): Promise<void>
  /** Waits until the names in a directory are on disk. */
  syncDirectory(path: string): Promise<void>
}

export interface OpenFile {
  append(text: string): Promise<void>
  /** Writes over the start of the file. */
  rewrite(text: string): Promise<void>
  sync(): Promise<void>
  close(): Promise<void>
}

// V8 cannot hold a longer text.
const maxBytes = 500 * 1024 * 1024
const mode = 0o644

/** The real file system. */
export const nodeFileSystem: FileSystem = {
  read: (path) => absentAs(undefined, () => readFile(path)),
  resolve: followLinks,
  async makeDirectory(path) {
    await mkdir(path, { recursive: true })
  },
  create: createFile,
  write: writeFile,
  rename,
  remove: (path) => rm(path, { force: true }),
  syncDirectory,
}

async function followLinks(path: string): Promise<string> {
  const real = await absentAs(undefined, () => realpath(path))
  if (real !== undefined) return real
  const target = await readlink(path).catch(() => undefined)
  // A link that leads to itself has failed above, so this ends.
  return target === undefined ? path : followLinks(resolve(await realpath(dirname(path)), target))
}

async function readFile(path: string): Promise<Uint8Array> {
  const found = await stat(path)
  if (found.isDirectory()) throw systemError('EISDIR', path)
  // Opening a pipe would wait for a writer for ever.
  if (!found.isFile()) throw systemError('ENXIO', path)
  if (found.size > maxBytes) throw systemError('EFBIG', path)
  const file = await open(path, constants.O_RDONLY)
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}

async function createFile(path: string, text: string): Promise<OpenFile | undefined> {
  const file = await existsAs(undefined, () => open(path, 'wx', mode))
  if (file === undefined) return undefined
  try {
    // In the same turn, so that others hardly ever see the file without its text.
    writeFileSync(file.fd, text)
  } catch (error) {
    await file.close()
    await rm(path, { force: true })
    throw error
  }
  return openFile(file)
}

function openFile(file: FileHandle): OpenFile {
  return {
    append: (text) => file.appendFile(text),
    async rewrite(text) {
      await file.write(text, 0)
    },
    sync: () => file.datasync(),
    close: () => file.close(),
  }
}

async function writeFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  // Windows opens no directories, and some network file systems cannot sync them.
  const directory = await open(path, constants.O_RDONLY).catch(() => undefined)
  if (directory === undefined) return
  await directory.sync().catch(() => undefined)
  await directory.close()
}

function absentAs<T, U>(absent: U, run: () => Promise<T>): Promise<T | U> {
  return unless('ENOENT', absent, run)
}

function existsAs<T, U>(present: U, run: () => Promise<T>): Promise<T | U> {
  return unless('EEXIST', present, run)
}

async function unless<T, U>(code: string, otherwise: U, run: () => Promise<T>): Promise<T | U> {
  try {
    return await run()
  } catch (error) {
    if (errorCode(error) === code) return otherwise
    throw error
  }
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}
