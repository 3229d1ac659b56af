import type { Diagnostic } from '../core/diagnostic.ts'
import type { Environment } from '../secrets/env/env-store.ts'
import { findDoubt } from './find-doubt.ts'
import { noPolicy } from './policy.ts'
import { readPolicy } from './read-policy.ts'
import type { Trust } from './trust.ts'

export interface TrustWishes {
  readonly env: Environment
  readonly cwd: string
  /** Path of the policy; without one `HOOKS_SYNC_POLICY` names it. */
  readonly policy?: string
  /** Whether the operator trusts the run although it is for a pull request from a fork. */
  readonly trusted?: boolean
}

export interface TrustSubject {
  /** Directories of the configuration files. */
  readonly directories: readonly string[]
  /** Types of vendors. */
  readonly types: readonly string[]
}

export interface EstablishedTrust extends Trust {
  readonly diagnostics: readonly Diagnostic[]
}

/** Finds out what a run may do with secrets: by the policy of the operator, and by whose code it runs on. */
export async function establishTrust(wishes: TrustWishes, subject: TrustSubject): Promise<EstablishedTrust> {
  const file = wishes.policy ?? nonEmpty(wishes.env['HOOKS_SYNC_POLICY'])
  const read =
    file === undefined ? { policy: noPolicy, diagnostics: [] } : await readPolicy({ file, cwd: wishes.cwd, ...subject })
  const doubt = await findDoubt(wishes.env)
  if (doubt === undefined || wishes.trusted !== true) return { ...read, doubt }
  // Trusting code from a fork needs limits that the fork cannot move.
  if (file === undefined) return { ...read, doubt, diagnostics: [trustedWithoutPolicy()] }
  return { ...read, doubt: undefined }
}

function trustedWithoutPolicy(): Diagnostic {
  return {
    code: 'HS2016',
    severity: 'error',
    message: '--trusted needs a policy: without one the files alone would decide where secrets go.',
    hint: 'Name a file from outside of the working copy with --policy.',
  }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
