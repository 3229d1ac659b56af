import { type Diagnostic, DiagnosticError, sortDiagnostics } from '../core/diagnostic.ts'
import type { Secret } from '../core/secret.ts'
import { editTogether } from './edit-together.ts'
import {
  type Origin,
  reportOwnSecret,
  reportPlaceFault,
  reportReferenceFault,
  reportSelection,
  reportStoreFault,
} from './findings.ts'
import type { Place, StoreDirectoryOptions } from './locate.ts'
import { type Answer, makeReadCache, type ReadCache } from './read-cache.ts'
import {
  isReferenceFault,
  parsePathReference,
  parseReference,
  renderPointer,
  type SecretReference,
} from './reference.ts'
import {
  isStoreFault,
  type StoreFault,
  type StoreFaultKind,
  type StoreWritten,
  type WriteExpectation,
} from './store.ts'
import { makeStoreDirectory, type StoreDirectory } from './store-directory.ts'

/** A reference, and the file directory its relative path starts at. */
export interface WriteTarget extends Origin {
  readonly baseDir: string
}

/** A reference whose value is wanted. */
export interface Want extends WriteTarget {
  /** Whether there may be no value yet, as where one is captured or generated. */
  readonly optional?: boolean
  /** What hooks-sync itself needs the value for; only then may it be the tool's own secret. */
  readonly use?: 'fingerprint-key'
}

export interface Resolution {
  /** Values by the want they answer; an optional want without a value has no entry. */
  readonly values: ReadonlyMap<Want, Secret>
  /** Wants that could not be answered, and why; each is told in `diagnostics`, alone or together with others. */
  readonly failed: ReadonlyMap<Want, Diagnostic>
  /** The version that was read, where the store has versions. */
  readonly versions: ReadonlyMap<Want, string>
  readonly diagnostics: readonly Diagnostic[]
}

/** A value to be put at a place, or taken away; undefined stands for none. */
export interface SecretEdit {
  readonly target: WriteTarget
  readonly value: Secret | undefined
  /** What must stand there right before. */
  readonly expected: Secret | undefined
}

export type WriteOutcome =
  | { readonly kind: 'written'; readonly version?: string }
  /** The expectation did not hold: somebody else wrote first. */
  | { readonly kind: 'conflict'; readonly diagnostic: Diagnostic }
  | { readonly kind: 'failed'; readonly diagnostic: Diagnostic }

export interface ResolverOptions extends StoreDirectoryOptions {
  /** Where the fingerprint key is kept, so that nothing else can refer to it. */
  readonly fingerprintKey?: WriteTarget
}

export interface Resolver {
  /** Reads all values, each path once per run, and reports all failures together. */
  resolve(wants: readonly Want[]): Promise<Resolution>
  /** Stores a value, reads it back and compares. */
  write(target: WriteTarget, value: Secret, expectation: WriteExpectation): Promise<WriteOutcome>
  remove(target: WriteTarget): Promise<WriteOutcome>
  /** Makes several edits: at once where they are about one document and its store can, else in the order given. */
  edit(edits: readonly SecretEdit[]): Promise<WriteOutcome>
  /** Tells one place from another, whatever the words of their references; undefined where a reference leads nowhere. */
  identify(target: WriteTarget): Promise<string | undefined>
  /** Shows that a later `write` would be let through; rejects with a `DiagnosticError`. */
  proveWritable(target: WriteTarget): Promise<void>
  /** Lists the pointers, as text, below the path of a reference; rejects with a `DiagnosticError`. */
  list(target: WriteTarget): Promise<readonly string[]>
  close(): Promise<void>
}

type Located = { readonly kind: 'located'; readonly reference: SecretReference; readonly place: Place }
/** `tellOnce` is the same for all findings that say the same of one store. */
type Failure = { readonly diagnostic: Diagnostic; readonly tellOnce?: string }
type Refused = Failure & { readonly kind: 'refused' }
/** Faults of one path; any other fault is that of a store, and told once however many references meet it. */
const pathFaults: ReadonlySet<StoreFaultKind> = new Set(['not-found', 'empty', 'not-text', 'credential'])

/** Makes the resolver of a run. Nothing is read before it is asked for. */
export function makeResolver(options: ResolverOptions): Resolver {
  const directory = makeStoreDirectory(options)
  const cache = makeReadCache()
  const locate = (target: WriteTarget): Promise<Located | Refused> => locateTarget(target, directory)
  const locateToWrite = async (target: WriteTarget): Promise<Located | Refused> =>
    refusePinned(await locate(target), target)
  return {
    resolve: async (wants) => {
      const own = options.fingerprintKey === undefined ? undefined : await locate(options.fingerprintKey)
      const requests = await Promise.all(
        wants.map(async (want) => ({ want, request: await locateWant(want, own, directory) })),
      )
      const places = requests.flatMap(({ request }) => (request.kind === 'located' ? [request.place] : []))
      const answers = await cache.readAll(places)
      return concludeAll(requests.map(({ want, request }) => conclude(want, request, answers)))
    },
    write: async (target, value, expectation) => {
      const located = await locateToWrite(target)
      if (located.kind === 'refused') return { kind: 'failed', diagnostic: located.diagnostic }
      return writeVerified(located, { target, value, expectation }, cache)
    },
    remove: async (target) => {
      const located = await locateToWrite(target)
      if (located.kind === 'refused') return { kind: 'failed', diagnostic: located.diagnostic }
      const { place, reference } = located
      cache.forget(place)
      return toOutcome(await place.store.remove(place.path, [reference.pointer]), target)
    },
    edit: async (edits) => {
      const located = await Promise.all(
        edits.map(async (edit) => ({ ...edit, found: await locateToWrite(edit.target) })),
      )
      const refused = located.flatMap(({ found }) => (found.kind === 'refused' ? [found.diagnostic] : []))
      if (refused[0] !== undefined) return { kind: 'failed', diagnostic: refused[0] }
      const ready = located.flatMap(({ found, value, expected }) =>
        found.kind === 'refused' ? [] : [{ place: found.place, pointer: found.reference.pointer, value, expected }],
      )
      const outcome = await editTogether(ready)
      for (const { place } of ready) cache.forget(place)
      return toOutcome(outcome, edits[0]?.target ?? { ref: '' })
    },
    identify: async (target) => {
      const located = await locate(target)
      if (located.kind === 'refused') return undefined
      return JSON.stringify([located.place.group, located.place.path, renderPointer(located.reference.pointer)])
    },
    proveWritable: async (target) => {
      const { place } = orThrow(await locateToWrite(target))
      const fault = await place.store.proveWritable(place.path)
      if (fault !== undefined) throw new DiagnosticError([reportStoreFault(fault, target)])
    },
    list: (target) => listPointers(target, directory),
    close: () => directory.close(),
  }
}

async function locateTarget(target: WriteTarget, directory: StoreDirectory): Promise<Located | Refused> {
  return locateReference(parseReference(target.ref), target, directory)
}

async function locateReference(
  reference: ReturnType<typeof parseReference>,
  target: WriteTarget,
  directory: StoreDirectory,
): Promise<Located | Refused> {
  if (isReferenceFault(reference)) return { kind: 'refused', diagnostic: reportReferenceFault(reference, target) }
  const place = await directory.locate(reference, target.baseDir)
  if (place.kind === 'fault') {
    const diagnostic = reportPlaceFault(place, target)
    return { kind: 'refused', diagnostic, ...(place.blame === 'store' ? { tellOnce: place.message } : {}) }
  }
  return { kind: 'located', reference, place }
}

/** A version stays as it is; what is written or removed would be that of another. */
function refusePinned(located: Located | Refused, target: WriteTarget): Located | Refused {
  if (located.kind === 'refused' || located.reference.version === undefined) return located
  const message = 'A version that is there already cannot be changed.'
  const hint = 'Leave out ?version=…: what is stored becomes a version of its own.'
  return { kind: 'refused', diagnostic: reportStoreFault({ kind: 'read-only', message, hint }, target) }
}

async function locateWant(
  want: Want,
  own: Located | Refused | undefined,
  directory: StoreDirectory,
): Promise<Located | Refused> {
  const located = await locateTarget(want, directory)
  if (located.kind === 'refused' || own?.kind !== 'located' || want.use === 'fingerprint-key') return located
  return isSamePlace(located, own) ? { kind: 'refused', diagnostic: reportOwnSecret(want) } : located
}

function isSamePlace(one: Located, other: Located): boolean {
  return (
    one.place.group === other.place.group &&
    one.place.path === other.place.path &&
    renderPointer(one.reference.pointer) === renderPointer(other.reference.pointer)
  )
}

/** What became of one want. */
type Conclusion =
  | { readonly kind: 'value'; readonly want: Want; readonly value: Secret; readonly version?: string }
  | { readonly kind: 'absent'; readonly want: Want }
  | (Failure & { readonly kind: 'failure'; readonly want: Want })

function conclude(want: Want, request: Located | Refused, answers: ReadonlyMap<Place, Answer>): Conclusion {
  if (request.kind === 'refused') return { ...request, kind: 'failure', want }
  const answer = answers.get(request.place)
  if (answer === undefined) return { kind: 'absent', want }
  if (isStoreFault(answer)) return concludeFault(want, answer)
  const selection = answer.document.select(request.reference.pointer)
  if (selection.kind === 'found') {
    const { version } = answer
    return { kind: 'value', want, value: selection.value, ...(version === undefined ? {} : { version }) }
  }
  const isAbsent = selection.kind === 'missing' || selection.kind === 'empty'
  if (isAbsent && want.optional === true) return { kind: 'absent', want }
  return { kind: 'failure', want, diagnostic: reportSelection(selection, request.reference, want) }
}

function concludeFault(want: Want, fault: StoreFault): Conclusion {
  const isAbsent = fault.kind === 'not-found' || fault.kind === 'empty'
  if (isAbsent && want.optional === true) return { kind: 'absent', want }
  const diagnostic = reportStoreFault(fault, want)
  return { kind: 'failure', want, diagnostic, ...(pathFaults.has(fault.kind) ? {} : { tellOnce: fault.message }) }
}

function concludeAll(conclusions: readonly Conclusion[]): Resolution {
  const failures = conclusions.filter((conclusion) => conclusion.kind === 'failure')
  const told = new Set<string>()
  const sorted = sortDiagnostics(failures.map(({ diagnostic }) => diagnostic))
  const onceOnly = new Map(failures.map(({ diagnostic, tellOnce }) => [diagnostic, tellOnce]))
  const diagnostics = sorted.filter((diagnostic) => {
    const message = onceOnly.get(diagnostic)
    if (message === undefined) return true
    if (told.has(message)) return false
    told.add(message)
    return true
  })
  return {
    values: new Map(conclusions.flatMap((each) => (each.kind === 'value' ? [[each.want, each.value]] : []))),
    failed: new Map(failures.map(({ want, diagnostic }) => [want, diagnostic])),
    versions: new Map(
      conclusions.flatMap((each) =>
        each.kind === 'value' && each.version !== undefined ? [[each.want, each.version]] : [],
      ),
    ),
    diagnostics,
  }
}

interface Writing {
  readonly target: WriteTarget
  readonly value: Secret
  readonly expectation: WriteExpectation
}

async function writeVerified(
  { place, reference }: Located,
  { target, value, expectation }: Writing,
  cache: ReadCache,
): Promise<WriteOutcome> {
  const { store, path } = place
  const outcome = await store.write(path, [{ pointer: reference.pointer, value }], expectation)
  cache.forget(place)
  if (isStoreFault(outcome)) return toOutcome(outcome, target)
  const [stored] = await store.read([{ path }])
  if (stored === undefined || isStoreFault(stored)) {
    return toOutcome(stored ?? { kind: 'unavailable', message: `${path} was written but cannot be read back.` }, target)
  }
  const selection = stored.document.select(reference.pointer)
  if (selection.kind === 'found' && selection.value.equals(value)) return outcome
  const message = 'The store accepted the secret but holds another one now.'
  return toOutcome({ kind: 'conflict', message, hint: 'Somebody else writes to it; run the command again.' }, target)
}

function toOutcome(outcome: StoreWritten | StoreFault, target: Origin): WriteOutcome {
  if (!isStoreFault(outcome)) return outcome
  const diagnostic = reportStoreFault(outcome, target)
  return { kind: outcome.kind === 'conflict' ? 'conflict' : 'failed', diagnostic }
}

async function listPointers(target: WriteTarget, directory: StoreDirectory): Promise<readonly string[]> {
  const { place } = orThrow(await locateReference(parsePathReference(target.ref), target, directory))
  const pointers = await place.store.list?.(place.path)
  if (pointers === undefined) {
    const fault: StoreFault = { kind: 'denied', message: `The store of ${place.path} cannot list its secrets.` }
    throw new DiagnosticError([reportStoreFault(fault, target)])
  }
  if ('message' in pointers) throw new DiagnosticError([reportStoreFault(pointers, target)])
  return pointers.map(renderPointer)
}

function orThrow(located: Located | Refused): Located {
  if (located.kind === 'refused') throw new DiagnosticError([located.diagnostic])
  return located
}
