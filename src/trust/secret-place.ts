import { posix } from 'node:path'
import type { DeclaredSecret } from '../config/project.ts'
import type { Backend } from '../secrets/backends.ts'
import { expandPath } from '../secrets/credentials.ts'
import { isReferenceFault, parseReference, renderPointer, type SecretReference } from '../secrets/reference.ts'
import { realPlace } from './working-copy.ts'

/** A declared secret: whose it is, what for, and where it lies. */
export interface SecretUse {
  readonly secret: DeclaredSecret
  /** Name of the account. */
  readonly account: string
  /** Whether it is what the account proves to the vendor who it is with. */
  readonly isCredential: boolean
  readonly reference: SecretReference
}

/** Lists the secrets that accounts declare; what is not well formed is the loader's finding. */
export function listUses(secrets: readonly DeclaredSecret[]): readonly SecretUse[] {
  return secrets.flatMap((secret) => {
    const [top, account, section] = secret.path
    const reference = parseReference(secret.slot.source.ref)
    if (top !== 'providers' || isReferenceFault(reference)) return []
    return [{ secret, account: String(account), isCredential: section === 'auth', reference }]
  })
}

const fileBackends: ReadonlySet<Backend> = new Set(['age', 'file', 'sops'])

/**
 * Makes what names the document of a reference, the same for all spellings of one. The store is no part of it: two
 * names of one store would make two places of one.
 */
export function makePlacer(homeDir: string): (use: SecretUse) => Promise<string> {
  // Thousands of webhooks may share a file; where it lies is found out once.
  const files = new Map<string, Promise<string>>()
  const placeFile = (path: string): Promise<string> => {
    const place = files.get(path) ?? realPlace(path)
    files.set(path, place)
    return place
  }
  return async (use) => {
    const { reference, secret } = use
    if (kindOf(use) !== 'file') return `${kindOf(use)} ${tidyPath(reference)}`
    return `file ${await placeFile(expandPath(reference.path, secret.baseDir, homeDir))}`
  }
}

/** Names what two uses must have in common to mean one document: files may be read by several backends. */
export function kindOf({ reference: { backend } }: SecretUse): string {
  return fileBackends.has(backend) ? 'file' : backend
}

/** Writes a path as the globs of a policy see it: without doubled slashes and steps up. */
export function tidyPath({ backend, path }: Pick<SecretReference, 'backend' | 'path'>): string {
  if (fileBackends.has(backend)) return posix.normalize(path)
  const steps = path.split('/').filter((step) => step !== '')
  // KV v2 has the same secret under `mount/name` and, in its own API, under `mount/data/name`.
  const named = backend === 'vault' && steps[1] === 'data' ? [steps[0], ...steps.slice(2)] : steps
  const text = named.join('/')
  return backend === 'op' ? text.toLowerCase() : text
}

/** Tells whether one of two fields is the other or holds it. */
export function overlaps(one: readonly string[], other: readonly string[]): boolean {
  const length = Math.min(one.length, other.length)
  return renderPointer(one.slice(0, length)) === renderPointer(other.slice(0, length))
}
