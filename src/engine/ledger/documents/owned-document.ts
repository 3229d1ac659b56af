import { setTimeout as sleep } from 'node:timers/promises'
import type { SharedDocument, SharedDocuments } from './shared-documents.ts'

/** Somebody else has written a document that we thought ours. */
export class ForeignWrite extends Error {
  readonly stored: SharedDocument | undefined

  constructor(name: string, stored: SharedDocument | undefined) {
    super(`${name} was written by somebody else.`)
    this.stored = stored
  }
}

const tries = 5

/** One document that only we write while we hold the lock; whoever else does is noticed. */
export class OwnedDocument {
  readonly #documents: SharedDocuments
  readonly #name: string
  /** Texts of ours of which it is not known whether they arrived. */
  readonly #sent = new Set<string>()
  #version: string | undefined

  constructor(documents: SharedDocuments, name: string, version: string | undefined) {
    this.#documents = documents
    this.#name = name
    this.#version = version
  }

  /** Writes the next text; throws a `ForeignWrite` where what is stored is not what we wrote last. */
  async write(text: string): Promise<void> {
    this.#sent.add(text)
    for (let tried = 1; ; tried += 1) {
      const written = await this.#documents.write(this.#name, text, this.#version)
      if (typeof written === 'string') {
        this.#version = written
        this.#sent.clear()
        return
      }
      const stored = await this.#documents.read(this.#name)
      if (!this.#isOurs(stored) || tried >= tries) throw new ForeignWrite(this.#name, stored)
      this.#version = stored?.version
      // S3 refuses one of two writes at once without having done either.
      await sleep(20 * tried)
    }
  }

  // The answer to a write can be lost, and the request then be repeated on the way: it conflicts with itself.
  #isOurs(stored: SharedDocument | undefined): boolean {
    return stored?.version === this.#version || (stored !== undefined && this.#sent.has(stored.text))
  }
}
