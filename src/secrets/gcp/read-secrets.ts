import { mapLimited } from '../cloud/map-limited.ts'
import { SecretDocument } from '../document.ts'
import type { StoredDocument, StoreFault, StorePath } from '../store.ts'
import { crc32c } from './crc32c.ts'
import { failedAs, type GcpCaller, type GcpFailure, gcpFault, isFailed, service } from './gcp-caller.ts'

/** A store while it is used. */
export interface GcpSession {
  readonly caller: GcpCaller
  /** Numbers of the versions that this run has added, by path. */
  readonly written: Map<string, number>
}

/** A version of a secret, as text. */
export interface Version {
  readonly kind: 'version'
  readonly text: string
  readonly number: number
}

/** Reads each secret; the service has no call for many. */
export function readSecrets(
  session: GcpSession,
  paths: readonly StorePath[],
): Promise<readonly (StoredDocument | StoreFault)[]> {
  return mapLimited(paths, (wanted) => readSecret(session, wanted))
}

/** Reads one secret, in its latest version or a pinned one. */
export async function readSecret(session: GcpSession, wanted: StorePath): Promise<StoredDocument | StoreFault> {
  const { path, version: pinned } = wanted
  const version = await access(session, path, pinned)
  if (version.kind === 'version') {
    return { kind: 'document', document: SecretDocument.ofText(version.text), version: String(version.number) }
  }
  if (pinned === undefined || !failedAs(version, 'not-found')) return readFault(version, path)
  return { kind: 'not-found', message: `${service} has no version ${pinned} of ${path}.`, hint: 'Check ?version=.' }
}

/** Reads a version, or the latest one, which is never older than one that this run has added. */
export async function access(
  session: GcpSession,
  path: string,
  wanted?: string,
): Promise<Version | GcpFailure | StoreFault> {
  const found = await accessAs(session.caller, path, wanted ?? 'latest')
  const own = wanted === undefined ? session.written.get(path) : undefined
  if (own === undefined) return found
  const isStale = found.kind === 'version' ? found.number < own : failedAs(found, 'not-found')
  return isStale ? accessAs(session.caller, path, String(own)) : found
}

async function accessAs(caller: GcpCaller, path: string, version: string): Promise<Version | GcpFailure | StoreFault> {
  const answer = await caller.attempt(path, async (client, name) => {
    const [read] = await client.accessSecretVersion({ name: `${name}/versions/${version}` })
    return { read }
  })
  if (isFailed(answer)) return answer
  const { name, payload } = answer.read
  const number = Number(name?.split('/').at(-1))
  const data = payload?.data
  if (!Number.isInteger(number) || data === null || data === undefined) return malformed
  const bytes = typeof data === 'string' ? Buffer.from(data, 'base64') : data
  const checksum = payload?.dataCrc32c
  if (checksum !== null && checksum !== undefined && Number(checksum) !== crc32c(bytes)) return damaged(path)
  const text = decode(bytes)
  return text === undefined ? binary(path) : { kind: 'version', text, number }
}

const malformed: GcpFailure = { kind: 'failure', failure: { kind: 'malformed' } }

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function binary(path: string): StoreFault {
  return { kind: 'not-text', message: `${path} in ${service} is binary.`, hint: 'Store it as text.' }
}

function damaged(path: string): StoreFault {
  const message = `${path} did not come whole from ${service}: its checksum is another one.`
  return { kind: 'malformed', message, hint: 'Run the command again.' }
}

/** Words a failed reading. */
export function readFault(failed: GcpFailure | StoreFault, path: string): StoreFault {
  return gcpFault(failed, { verb: 'read', path, permission: 'secretmanager.versions.access', mend: mend(path) })
}

function mend(path: string): string {
  return `The version is disabled or destroyed; see: gcloud secrets versions list ${path}`
}
