import type { DeclaredSecret, LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { backends } from '../secrets/backends.ts'
import { findStore } from '../secrets/find-store.ts'
import { isReferenceFault, parseReference, renderPointer } from '../secrets/reference.ts'
import { siblingReference } from '../secrets/sibling-reference.ts'
import { listUses, makePlacer, type SecretUse } from '../trust/secret-place.ts'
import type { LoadOptions } from './options.ts'

/** Checks what the files say of secrets that a run will store: there must be a place for each, and one of its own. */
export async function checkKeptSecrets(
  project: LoadedProject,
  { ledger, homeDir }: Pick<LoadOptions, 'ledger' | 'homeDir'>,
): Promise<readonly Diagnostic[]> {
  return [
    ...project.secrets.flatMap((secret) => [
      ...checkWritable(project, secret),
      ...(ledger === false ? refuseCapture(project, secret) : []),
    ]),
    ...(await checkShared(project, homeDir)),
  ]
}

/** Where what a vendor makes is stored, and what it took the place of beside it: nothing else may be kept there. */
async function checkShared(project: LoadedProject, homeDir: string): Promise<readonly Diagnostic[]> {
  const uses = listUses(project.secrets)
  if (!uses.some(isCaptured)) return []
  const placesOf = makePlacesOf(project, homeDir)
  const placed = await Promise.all(uses.map(async (use) => ({ use, places: await placesOf(use) })))
  const taken = new Map<string, SecretUse>()
  for (const { use, places } of placed.filter(({ use: each }) => isCaptured(each))) {
    for (const place of places) if (!taken.has(place)) taken.set(place, use)
  }
  return placed.flatMap(({ use, places }) => {
    if (use.secret.slot.source.form === 'ref' && !use.isCredential) return []
    const first = places.map((place) => taken.get(place)).find((found) => found !== undefined && found !== use)
    return first === undefined ? [] : [sharedPlace(project, use, first)]
  })
}

function isCaptured({ secret }: SecretUse): boolean {
  return secret.slot.source.form === 'capture'
}

/** Names the place a secret has, and for one that is captured that of its predecessor, the same for all spellings. */
function makePlacesOf({ stores }: LoadedProject, homeDir: string): (use: SecretUse) => Promise<readonly string[]> {
  const placer = makePlacer(homeDir)
  return async (use) => {
    const { ref } = use.secret.slot.source
    const refs = isCaptured(use) ? [ref, siblingReference(ref, 'previous')] : [ref]
    return Promise.all(
      refs.map(async (each) => {
        const reference = parseReference(each)
        if (isReferenceFault(reference)) return each
        const store = findStore(reference, stores)
        const alias = store === undefined || 'message' in store ? reference.store : store.alias
        // The path of a file is one wherever it is named; of two vaults each may have the path.
        const within = reference.backend === 'age' ? '' : (alias ?? '')
        return JSON.stringify([within, await placer({ ...use, reference }), renderPointer(reference.pointer)])
      }),
    )
  }
}

function sharedPlace(project: LoadedProject, { secret }: SecretUse, first: SecretUse): Diagnostic {
  const other = project.place(first.secret.path)?.at
  return {
    code: 'HS2012',
    severity: 'error',
    message: `The secret of another webhook is captured into the same place${other === undefined ? '' : `, at ${other.file}:${other.line}:${other.column}`}.`,
    hint: 'Give each webhook a place of its own; the one beside it, with _previous, is for the former secret.',
    ...project.place(secret.path),
  }
}

/** A secret that is to be stored needs a store that can be written, and a version that is yet to come. */
function checkWritable(project: LoadedProject, { slot, path }: DeclaredSecret): readonly Diagnostic[] {
  const { source } = slot
  if (source.form === 'ref') return []
  const reference = parseReference(source.ref)
  if (isReferenceFault(reference)) return []
  const { backend, version } = reference
  const cannotKeep = `so it cannot keep what ${source.form === 'capture' ? 'is captured' : 'is generated'}.`
  const told = (message: string, hint: string): readonly Diagnostic[] => [
    { code: 'HS2008', severity: 'error', message, hint, ...project.place(path) },
  ]
  if (!backends[backend].isWritable) {
    const hint = 'Name a store that can be written, such as ref+age://secrets.age#/name.'
    return told(`The ${backend} store cannot be written, ${cannotKeep}`, hint)
  }
  if (version === undefined) return []
  return told(`Version ${version} is a version that stays as it is, ${cannotKeep}`, 'Leave out ?version=….')
}

/** What a captured secret is compared with later stands in the ledger. */
function refuseCapture(project: LoadedProject, { slot, path }: DeclaredSecret): readonly Diagnostic[] {
  if (slot.source.form !== 'capture') return []
  return [
    {
      code: 'HS6004',
      severity: 'error',
      message: 'A secret cannot be captured with --no-ledger.',
      hint: 'Leave out --no-ledger, or the capture.',
      ...project.place(path),
    },
  ]
}
