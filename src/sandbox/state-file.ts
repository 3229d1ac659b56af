import { readFile, rename, writeFile } from 'node:fs/promises'
import { isJsonObject, parseJsonObject } from './answer.ts'
import type { StoredWebhook } from './webhook-table.ts'

/** One account as it is written down. */
export interface AccountState {
  readonly webhooks: readonly StoredWebhook[]
  readonly settings: Readonly<Record<string, unknown>>
}

export type SandboxState = Readonly<Record<string, AccountState>>

/** Reads a state file; a file that is not there yet is an empty state. */
export async function readState(path: string): Promise<SandboxState> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new Error(`The sandbox state ${path} cannot be read: ${cause.message}.`, { cause })
  })
  if (text === undefined) return {}
  const document = parseJsonObject(text)
  if (document === undefined || !isJsonObject(document.vendors)) {
    throw new Error(`${path} is not a sandbox state: it lacks an object "vendors". Name another file or remove it.`)
  }
  return Object.fromEntries(
    Object.entries(document.vendors).map(([vendor, state]) => [vendor, parseAccountState(state, `${path}, ${vendor}`)]),
  )
}

/** Reads the state of one account; throws with one sentence when it is none. */
export function parseAccountState(value: unknown, where: string): AccountState {
  if (!isJsonObject(value) || !Array.isArray(value.webhooks) || !value.webhooks.every(isStoredWebhook)) {
    throw new Error(`${where}: a state is an object with "webhooks", an array of objects that each have an "id".`)
  }
  const settings = value.settings ?? {}
  if (!isJsonObject(settings)) throw new Error(`${where}: "settings" is not an object.`)
  return { webhooks: value.webhooks, settings }
}

function isStoredWebhook(value: unknown): value is StoredWebhook {
  return isJsonObject(value) && typeof value.id === 'string' && value.id !== ''
}

/** Writes a state file after changes; several changes during one write share the next. */
export class StateWriter {
  readonly #path: string
  readonly #state: () => SandboxState
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined

  constructor(path: string, state: () => SandboxState) {
    this.#path = path
    this.#state = state
  }

  /** Resolves when a file that holds the present state is in place. */
  save(): Promise<void> {
    if (this.#next !== undefined) return this.#next
    if (this.#running === undefined) return this.#start()
    this.#next = this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined
        return this.#start()
      })
    return this.#next
  }

  #start(): Promise<void> {
    this.#running = this.#write().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #write(): Promise<void> {
    const text = `${JSON.stringify({ version: 1, vendors: this.#state() }, null, 2)}\n`
    const draft = `${this.#path}.${process.pid}.tmp`
    // Signing secrets are in there: nobody else may read it.
    await writeFile(draft, text, { mode: 0o600 })
    await rename(draft, this.#path)
  }
}
