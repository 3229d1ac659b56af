import type { Code } from '../core/codes.ts'
import type { Diagnostic, Position } from '../core/diagnostic.ts'
import type { Selection } from './document.ts'
import type { PlaceFault } from './locate.ts'
import { type ReferenceFault, renderPointer, type SecretReference } from './reference.ts'
import type { StoreFault, StoreFaultKind } from './store.ts'

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
  'not-installed': 'HS2006',
  credential: 'HS2007',
}

const namesShown = 20

/** Words a reference that cannot be read. Never quotes the reference: what stands there may be a secret. */
export function reportReferenceFault({ message, hint }: ReferenceFault, origin: Origin): Diagnostic {
  return finding('HS2002', message, hint, origin)
}

/** Words a reference that leads to no store; where the store is to blame, the finding is about its declaration. */
export function reportPlaceFault({ code, message, hint, at }: PlaceFault, origin: Origin): Diagnostic {
  return finding(code, message, hint, at === undefined ? origin : { at })
}

/** Words what a store answered. */
export function reportStoreFault(fault: StoreFault, origin: Origin): Diagnostic {
  return finding(faultCodes[fault.kind], fault.message, fault.hint, origin)
}

type Unusable = Exclude<Selection, { kind: 'found' }>
type Wording = { readonly code: Code; readonly message: string; readonly hint: string }

const selectionWordings: {
  readonly [K in Unusable['kind']]: (selection: Extract<Unusable, { kind: K }>, field: string, path: string) => Wording
} = {
  missing: ({ fields }, field) => ({
    code: 'HS2003',
    message: `There is no secret in ${field}.`,
    hint: renderNames(fields),
  }),
  empty: (_, field) => ({ code: 'HS2009', message: `The secret in ${field} is empty.`, hint: 'Store a value there.' }),
  'not-fields': (_, __, path) => ({
    code: 'HS2003',
    message: `${path} is no JSON object, so it has no fields.`,
    hint: 'Leave out the "#…".',
  }),
  'not-text': ({ type, fields, hint }, field) => ({
    code: 'HS2003',
    message: `There is no text in ${field}, but ${type}.`,
    hint: hint ?? (fields.length > 0 ? renderNames(fields) : 'Write it as text, in quotes.'),
  }),
}

/** Words a document that has no secret at the pointer; names the fields that are there, never a value. */
export function reportSelection(selection: Unusable, { path, pointer }: SecretReference, origin: Origin): Diagnostic {
  const field = pointer.length === 0 ? path : `${path} at ${renderPointer(pointer)}`
  const { code, message, hint } = wordSelection(selection, field, path)
  return finding(code, message, hint, origin)
}

function wordSelection<K extends Unusable['kind']>(
  selection: Extract<Unusable, { kind: K }>,
  field: string,
  path: string,
): Wording {
  return selectionWordings[selection.kind](selection, field, path)
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

function finding(code: Code, message: string, hint: string | undefined, origin: Partial<Origin>): Diagnostic {
  const { at, ref, provider, key, path } = origin
  return {
    code,
    severity: 'error',
    message: at === undefined && path !== undefined ? `${path}: ${message}` : message,
    ...(hint === undefined ? {} : { hint }),
    ...(at === undefined ? {} : { at }),
    ...(at === undefined || ref === undefined ? {} : { length: ref.length }),
    ...(provider === undefined ? {} : { provider }),
    ...(key === undefined ? {} : { key }),
  }
}
