import type { DeclaredSecret, LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { backends, isBackend } from '../secrets/backends.ts'
import { isReferenceFault, parseReference } from '../secrets/reference.ts'
import { siblingReference } from '../secrets/sibling-reference.ts'

/** Checks what the files say of secrets that a run will store: there must be a place for each, and one of its own. */
export function checkKeptSecrets(project: LoadedProject, hasLedger: boolean): readonly Diagnostic[] {
  return [
    ...project.secrets.flatMap((secret) => [
      ...checkWritable(project, secret),
      ...(hasLedger ? [] : refuseCapture(project, secret)),
    ]),
    ...checkShared(project),
  ]
}

/** Where what a vendor makes is stored, and what it took the place of beside it: nothing else may be kept there. */
function checkShared(project: LoadedProject): readonly Diagnostic[] {
  const taken = new Map<string, DeclaredSecret>()
  for (const secret of project.secrets) {
    for (const place of capturePlaces(secret)) if (!taken.has(place)) taken.set(place, secret)
  }
  return project.secrets.flatMap((secret): readonly Diagnostic[] => {
    if (secret.slot.source.form === 'ref' && secret.path[2] !== 'auth') return []
    const first = placesOf(secret)
      .map((place) => taken.get(place))
      .find((found) => found !== undefined && found !== secret)
    if (first === undefined) return []
    const other = project.place(first.path)?.at
    const place = project.place(secret.path)
    return [
      {
        code: 'HS2012',
        severity: 'error',
        message: `The secret of another webhook is captured into the same place${other === undefined ? '' : `, at ${other.file}:${other.line}:${other.column}`}.`,
        hint: 'Give each webhook a place of its own; the one beside it, with _previous, is for the former secret.',
        ...(place === undefined ? {} : place),
      },
    ]
  })
}

function capturePlaces(secret: DeclaredSecret): readonly string[] {
  return secret.slot.source.form === 'capture' ? placesOf(secret) : []
}

/** The place a secret has, and for one that is captured that of its predecessor. */
function placesOf({ slot: { source }, baseDir }: DeclaredSecret): readonly string[] {
  const isFaulty = isReferenceFault(parseReference(source.ref))
  const refs =
    source.form === 'capture' && !isFaulty ? [source.ref, siblingReference(source.ref, 'previous')] : [source.ref]
  return refs.map((ref) => `${baseDir} ${ref}`)
}

/** A secret that is to be stored needs a store that can be written. */
function checkWritable(project: LoadedProject, { slot, path }: DeclaredSecret): readonly Diagnostic[] {
  const { source } = slot
  if (source.form === 'ref') return []
  const reference = parseReference(source.ref)
  if (isReferenceFault(reference) || !isBackend(reference.backend) || backends[reference.backend].isWritable) return []
  const place = project.place(path)
  return [
    {
      code: 'HS2008',
      severity: 'error',
      message: `The ${reference.backend} store cannot be written, so it cannot keep what ${source.form === 'capture' ? 'is captured' : 'is generated'}.`,
      hint: 'Name a store that can be written, such as ref+age://secrets.age#/name.',
      ...(place === undefined ? {} : place),
    },
  ]
}

/** What a captured secret is compared with later stands in the ledger. */
function refuseCapture(project: LoadedProject, { slot, path }: DeclaredSecret): readonly Diagnostic[] {
  if (slot.source.form !== 'capture') return []
  const place = project.place(path)
  return [
    {
      code: 'HS6004',
      severity: 'error',
      message: 'A secret cannot be captured with --no-ledger.',
      hint: 'Leave out --no-ledger, or the capture.',
      ...(place === undefined ? {} : place),
    },
  ]
}
