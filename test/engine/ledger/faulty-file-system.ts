import { type FileSystem, nodeFileSystem, type OpenFile } from '../../../src/engine/ledger/file-system.ts'

export interface Fault {
  /** Which operation is hit, counted from 1; no operation after it happens. */
  readonly at: number
  /** Whether nothing of it, half of what it writes, or all of it happens first. */
  readonly after: 'nothing' | 'half' | 'all'
  readonly strike: () => never
}

// Node warns of files that are closed by the garbage collector, and a struck run closes nothing.
const created: (OpenFile | undefined)[] = []

async function create(path: string, text: string): Promise<OpenFile | undefined> {
  const file = await nodeFileSystem.create(path, text)
  created.push(file)
  return file
}

/** A real file system whose nth operation that changes something is the last. */
export function makeFaultyFileSystem(fault: Fault): FileSystem & { readonly count: () => number } {
  let count = 0
  async function run<T>(whole: () => Promise<T>, half: () => Promise<unknown> = async () => undefined): Promise<T> {
    count++
    if (count < fault.at) return whole()
    if (count === fault.at && fault.after === 'half') await half()
    if (count === fault.at && fault.after === 'all') await whole()
    return fault.strike()
  }
  const faulty = (file: OpenFile): OpenFile => ({
    append: (text) =>
      run(
        () => file.append(text),
        () => file.append(text.slice(0, text.length / 2)),
      ),
    rewrite: (text) => run(() => file.rewrite(text)),
    sync: () => run(() => file.sync()),
    close: () => file.close(),
  })
  return {
    ...nodeFileSystem,
    count: () => count,
    makeDirectory: (path) => run(() => nodeFileSystem.makeDirectory(path)),
    async create(path, text) {
      const file = await run(
        () => create(path, text),
        () => create(path, text.slice(0, text.length / 2)),
      )
      return file === undefined ? undefined : faulty(file)
    },
    write: (path, text) =>
      run(
        () => nodeFileSystem.write(path, text),
        () => nodeFileSystem.write(path, text.slice(0, text.length / 2)),
      ),
    rename: (from, to) => run(() => nodeFileSystem.rename(from, to)),
    remove: (path) => run(() => nodeFileSystem.remove(path)),
    syncDirectory: (path) => run(() => nodeFileSystem.syncDirectory(path)),
  }
}
