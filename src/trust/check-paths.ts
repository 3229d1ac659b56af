import { matchesGlob } from '../config/glob.ts'
import type { LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { renderPointer } from '../secrets/reference.ts'
import type { PathRule, Policy } from './policy.ts'
import { listUses, type SecretUse, tidyPath } from './secret-place.ts'

/** Finds accounts that read secrets the policy does not give them. */
export function checkPaths(project: LoadedProject, { paths }: Policy): readonly Diagnostic[] {
  if (paths === undefined) return []
  return listUses(project.secrets)
    .filter((use) => !paths.some((rule) => isGranted(use, rule)))
    .map((use) => notGranted(project, use))
}

/** A glob says as much of the place as it names: `kv/hooks/*`, `vault://kv/hooks/*` or `age://secrets.age#/casey/*`. */
function isGranted({ account, reference }: SecretUse, { accounts, paths }: PathRule): boolean {
  if (!matchesGlob(account, accounts)) return false
  const path = tidyPath(reference)
  // A name that is a step up could lead out of what the glob means.
  if (path.split('/').includes('..')) return false
  return paths.some((glob) => {
    const backend = glob.includes('://') ? `${reference.backend}://` : ''
    const pointer = glob.includes('#') ? `#${renderPointer(reference.pointer)}` : ''
    return matchesGlob(`${backend}${path}${pointer}`, glob)
  })
}

function notGranted(project: LoadedProject, { account, secret, reference }: SecretUse): Diagnostic {
  return {
    code: 'HS2015',
    severity: 'error',
    message: `The policy does not let ${account} read ${reference.backend}://${reference.path}.`,
    hint: 'Name a path that is listed for the account under paths, or ask the operator to list this one.',
    ...project.place(secret.path),
    provider: account,
  }
}
