import { readFile } from 'node:fs/promises'
import { Secret } from '../../core/secret.ts'
import type { Environment } from '../env/env-store.ts'
import { renderFileFault } from '../file-fault.ts'
import { renderPath } from '../locate.ts'
import type { StoreFault } from '../store.ts'
import type { CredentialSource } from './vault-auth.ts'

const credentialHint = 'The settings under auth name it as what to log in to Vault with.'

/** What credentials are read from. */
export interface CredentialReader {
  readonly env: Environment
  /** Where paths in messages start. */
  readonly cwd: string
}

/** Reads a credential, without the line break that files end in; undefined where there is none. */
export async function readCredential(
  source: CredentialSource,
  { env, cwd }: CredentialReader,
): Promise<Secret | StoreFault | undefined> {
  const text = 'env' in source ? env[source.env] : await readText(source.file, renderPath(source.file, cwd))
  if (typeof text === 'object') return text
  const trimmed = text?.trim()
  return trimmed === undefined || trimmed === '' ? undefined : new Secret(trimmed)
}

/** Reads a credential that must be there. */
export async function requireCredential(
  source: CredentialSource,
  reader: CredentialReader,
): Promise<Secret | StoreFault> {
  const credential = await readCredential(source, reader)
  if (credential !== undefined) return credential
  const message = `${nameSource(source, reader)} is not there or empty.`
  return { kind: 'unauthenticated', message, hint: credentialHint }
}

/** Names where a credential is looked for. */
export function nameSource(source: CredentialSource, { cwd }: Pick<CredentialReader, 'cwd'>): string {
  return 'env' in source ? `The variable ${source.env}` : `The file ${renderPath(source.file, cwd)}`
}

async function readText(file: string, label: string): Promise<string | StoreFault | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const fault = renderFileFault(error, label)
    return fault.kind === 'not-found' ? undefined : { hint: credentialHint, ...fault, kind: 'unauthenticated' }
  }
}
