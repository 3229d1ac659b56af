import { dirname, resolve } from 'node:path'
import { Findings } from '../config/findings.ts'
import { readSources } from '../config/read-sources.ts'
import { readTree } from '../config/read-tree.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { hasErrors } from '../core/diagnostic.ts'
import { parsePolicy } from './parse-policy.ts'
import { noPolicy, type Policy } from './policy.ts'
import { findWorkingCopy, isBelow, realPlace } from './working-copy.ts'

export interface PolicyOptions {
  /** As the operator named it. */
  readonly file: string
  readonly cwd: string
  /** Directories of the configuration files. */
  readonly directories: readonly string[]
  /** Types of vendors that `origins` may name. */
  readonly types: readonly string[]
}

/** A policy, and what is wrong with it; with an error the policy allows nothing that could be relied on. */
export interface ReadPolicy {
  readonly policy: Policy
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads the policy of the operator; one that whoever edits the configuration could edit too is refused. */
export async function readPolicy(options: PolicyOptions): Promise<ReadPolicy> {
  const path = resolve(options.cwd, options.file)
  const inside = await findCopyAround(path, options)
  if (inside !== undefined) return refused([insideCopy(options.file, inside)])
  const { files, diagnostics } = await readSources([path], { cwd: options.cwd })
  const [file] = files
  if (file === undefined) return refused(diagnostics.map(unreadable))
  const findings = new Findings(readTree({ ...file, name: options.file }), { secret: [], plain: new Set() })
  const policy = parsePolicy(findings, { types: options.types, directory: dirname(path) })
  return hasErrors(findings.diagnostics) ? refused(findings.diagnostics) : { policy, diagnostics: findings.diagnostics }
}

/** Finds the working copy, or the directory of configuration files, that a file lies in. */
async function findCopyAround(path: string, { cwd, directories }: PolicyOptions): Promise<string | undefined> {
  const real = await realPlace(path)
  // The name counts as well as the place: a link in the working copy could be pointed elsewhere.
  const named = resolve(await realPlace(dirname(path)), path.slice(dirname(path).length + 1))
  const places = await Promise.all(directories.map(realPlace))
  const copies = await Promise.all([cwd, await realPlace(cwd), ...directories, ...places].map(findWorkingCopy))
  return [...copies, ...places].find((copy) => isBelow(real, copy) || isBelow(named, copy))
}

function refused(diagnostics: readonly Diagnostic[]): ReadPolicy {
  return { policy: noPolicy, diagnostics }
}

function insideCopy(file: string, copy: string): Diagnostic {
  return {
    code: 'HS2016',
    severity: 'error',
    message: `The policy ${file} lies in ${copy}, where whoever edits the configuration can edit it too.`,
    hint: 'Keep it outside of the working copy: beside it, in the image of the runner, or in a file variable of the CI system.',
  }
}

function unreadable({ message }: Diagnostic): Diagnostic {
  return {
    code: 'HS2016',
    severity: 'error',
    message: `The policy cannot be read: ${message}`,
    hint: 'Check what --policy or HOOKS_SYNC_POLICY names.',
  }
}
