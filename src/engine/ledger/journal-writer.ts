import { dirname } from 'node:path'
import type { Ledger } from '../../core/ledger.ts'
import type { FileSystem, OpenFile } from './file-system.ts'
import { type JournalLine, makeHeader, makeLinePrinter } from './journal.ts'
import { lockLost } from './ledger-errors.ts'

/** Appends changes to a journal; all that are recorded while one write is under way go into the next. */
export class JournalWriter {
  readonly #fs: FileSystem
  readonly #path: string
  readonly #base: Ledger
  readonly #print = makeLinePrinter()
  #file: OpenFile | undefined
  #hasHeader = false
  #text = ''
  #mustSync = false
  #last: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  /** The file appears with the first line, which names the ledger that the changes start from. */
  constructor(fs: FileSystem, path: string, base: Ledger) {
    this.#fs = fs
    this.#path = path
    this.#base = base
  }

  /** Resolves once the line is written, and on disk where that is asked; after one failure nothing more is written. */
  append(line: JournalLine, durability: 'written' | 'on-disk'): Promise<void> {
    if (!this.#hasHeader) this.#text = this.#print(makeHeader(this.#base))
    this.#hasHeader = true
    this.#text += this.#print(line)
    this.#mustSync ||= durability === 'on-disk'
    this.#next ??= this.#last = this.#last.then(() => this.#writeBatch())
    return this.#next
  }

  /** Waits for what is under way and lets go of the file. */
  async close(): Promise<void> {
    try {
      await this.#last
    } finally {
      await this.#file?.close()
    }
  }

  /** Waits for what is under way. */
  settle(): Promise<void> {
    return this.#last
  }

  async #writeBatch(): Promise<void> {
    const text = this.#text
    const mustSync = this.#mustSync
    this.#text = ''
    this.#mustSync = false
    this.#next = undefined
    if (this.#file === undefined) this.#file = await this.#create(text)
    else await this.#file.append(text)
    if (mustSync) await this.#file.sync()
  }

  async #create(text: string): Promise<OpenFile> {
    const file = await this.#fs.create(this.#path, text)
    // Opening removes every journal, so this one belongs to a run that came after us.
    if (file === undefined) throw lockLost(this.#path, 'another run has started its own journal')
    await this.#fs.syncDirectory(dirname(this.#path))
    return file
  }
}
