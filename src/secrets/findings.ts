import type { Code } from '../core/codes.ts'
import type { Diagnostic, Position } from '../core/diagnostic.ts'
import type { Selection } from './document.ts'
import { type ReferenceFault, renderPointer, type SecretReference } from './reference.ts'
import type { StoreFault, StoreFaultKind } from './store.ts'
import type { PlaceFault } from './store-directory.ts'

/** Where a reference stands and what it is for. */
export interface Origin {
  readonly ref: string
  readonly at?: Position
  readonly provider?: string
  readonly key?: string
  /** Path of the field that holds the reference; told where no position is known. */
  readonly path?: string
}

const faultCodes: { readonly [K in StoreFaultKind]: Code } = {
  'not-found': 'HS2003',
  denied: 'HS2004',
  unauthenticated: 'HS2004',
  sealed: 'HS2004',
  throttled: 'HS2004',
  unavailable: 'HS2004',
  tls: 'HS2004',
  conflict: 'HS2008',
  malformed: 'HS2004',
  empty: 'HS2009',
  'not-text': 'HS2003',
  'read-only': 'HS2008',
  credential: 'HS2007',
}

const namesShown = 20

/** Words a reference that cannot be read. Never quotes the reference: what stands there may be a secret. */
export function reportReferenceFault({ message, hint }: ReferenceFault, origin: Origin): Diagnostic {
  return finding('HS2002', message, hint, origin)
}

/** Words a reference that leads to no store. */
export function reportPlaceFault(fault: PlaceFault, origin: Origin): Diagnostic {
  return finding(fault.code, fault.message, fault.hint, fault.at === undefined ? origin : { ...origin, at: fault.at })
}

/** Words what a store answered. */
export function reportStoreFault(fault: StoreFault, origin: Origin): Diagnostic {
  return finding(faultCodes[fault.kind], fault.message, fault.hint, origin)
}

/** Words a document that has no secret at the pointer; names the fields that are there, never a value. */
export function reportSelection(
  selection: Exclude<Selection, { kind: 'found' }>,
  { path, pointer }: SecretReference,
  origin: Origin,
): Diagnostic {
  const field = pointer.length === 0 ? path : `${path} at ${renderPointer(pointer)}`
  switch (selection.kind) {
    case 'missing':
      return finding('HS2003', `There is no secret in ${field}.`, renderNames(selection.fields), origin)
    case 'empty':
      return finding('HS2009', `The secret in ${field} is empty.`, 'Store a value there.', origin)
    case 'not-fields':
      return finding('HS2003', `${path} is no JSON object, so it has no fields.`, 'Leave out the "#…".', origin)
    case 'not-text': {
      const hint = selection.fields.length > 0 ? renderNames(selection.fields) : 'Write it as text, in quotes.'
      return finding('HS2003', `There is no text in ${field}, but ${selection.type}.`, hint, origin)
    }
  }
}

/** Words a reference to what only hooks-sync itself may use. */
export function reportOwnSecret(origin: Origin): Diagnostic {
  const message = 'This is the fingerprint key of hooks-sync, which must not be sent anywhere.'
  return finding('HS2007', message, 'Name a secret of its own.', origin)
}

function renderNames(names: readonly string[]): string {
  if (names.length === 0) return 'There are no fields.'
  const shown = names.slice(0, namesShown).join(', ')
  const rest = names.length - namesShown
  return rest > 0 ? `The fields there are ${shown} and ${rest} more.` : `The fields there are ${shown}.`
}

function finding(code: Code, message: string, hint: string | undefined, origin: Origin): Diagnostic {
  const { at, provider, key, path } = origin
  return {
    code,
    severity: 'error',
    message: at === undefined && path !== undefined ? `${path}: ${message}` : message,
    ...(hint === undefined ? {} : { hint }),
    ...(at === undefined ? {} : { at, length: origin.ref.length }),
    ...(provider === undefined ? {} : { provider }),
    ...(key === undefined ? {} : { key }),
  }
}
