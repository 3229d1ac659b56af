import { entriesOf } from '../core/canonical.ts'
import { diffObject } from '../core/diff.ts'
import type { Failure } from '../core/outcome.ts'
import type { ProviderApi, ProviderDefinition } from '../core/provider.ts'
import { HiddenSecret } from '../core/secret.ts'
import type { DesiredObject, LiveObject } from '../core/webhook.ts'
import type { Clock } from './ports.ts'

/** How long a vendor may take to show what it accepted, in milliseconds between looks. */
export const settlingWaits: readonly number[] = [0, 500, 1000, 2000, 4000]

/** Looks again until a condition holds or the settling time is over; answers with the last look. */
export async function lookUntil<T>(clock: Clock, look: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
  let found = await look()
  for (const wait of settlingWaits.slice(1)) {
    if (holds(found)) return found
    await clock.wait(wait)
    found = await look()
  }
  return found
}

/** Reads objects of one scope again: by id where the provider can, else by listing the scope. */
async function readAgain(
  api: ProviderApi,
  id: string,
  scope: string,
  signal?: AbortSignal,
): Promise<LiveObject | undefined> {
  const objects =
    api.reread === undefined ? (await api.list([scope], signal)).objects : await api.reread([{ id, scope }], signal)
  return objects.find((object) => object.id === id)
}

/** Why what was written does not count as kept. */
export interface Unkept extends Failure {
  /** It may still appear. */
  readonly isUnlisted?: true
}

/** Checks that what was written is what the vendor kept; undefined when it is. Hidden values cannot be checked. */
export function confirmObject(
  definition: ProviderDefinition,
  api: ProviderApi,
  clock: Clock,
  id: string,
  object: DesiredObject,
): Promise<Unkept | undefined> {
  return confirmObjects(definition, api, clock, [{ id, object }])
}

/** An object that was written, under the id it has now. */
interface Written {
  readonly id: string
  readonly object: DesiredObject
}

/** Checks several objects with one look; answers with the first that was not kept. */
export async function confirmObjects(
  definition: ProviderDefinition,
  api: ProviderApi,
  clock: Clock,
  written: readonly Written[],
): Promise<Unkept | undefined> {
  if (written.length === 0) return undefined
  return await lookUntil(
    clock,
    async () => {
      const live = await readAllAgain(api, written)
      return written.map((one) => judgeKept(definition, one, live.get(one.id))).find((failure) => failure !== undefined)
    },
    (failure) => failure === undefined,
  )
}

async function readAllAgain(api: ProviderApi, written: readonly Written[]): Promise<ReadonlyMap<string, LiveObject>> {
  const wanted = written.map(({ id, object }) => ({ id, scope: object.scope }))
  const scopes = [...new Set(wanted.map(({ scope }) => scope))]
  const objects = api.reread === undefined ? (await api.list(scopes)).objects : await api.reread(wanted)
  return new Map(objects.map((live) => [live.id, live]))
}

function judgeKept(
  definition: ProviderDefinition,
  { object }: Written,
  live: LiveObject | undefined,
): Unkept | undefined {
  const what = object.part === '' ? 'the webhook' : `the webhook for ${object.part}`
  if (live === undefined) {
    return {
      code: 'HS4007',
      message: `${definition.title} accepted ${what} but does not list it.`,
      hint: 'Run the command again; if it stays away, the account may not be allowed to have it.',
      isUnlisted: true,
    }
  }
  const paths = notKept(definition, object, live)
  if (paths.length === 0) return undefined
  return {
    code: 'HS4007',
    message: `${definition.title} accepted ${what} but did not keep ${paths.join(', ')}.`,
    hint: 'The account may not be enabled for this value, or somebody changed it at the same moment.',
  }
}

function notKept(definition: ProviderDefinition, object: DesiredObject, live: LiveObject): readonly string[] {
  const differences = diffObject(definition, object.fields, live.fields, {
    desired: {},
    ledger: undefined,
    writeUnknown: false,
  })
  return differences
    .filter((difference) => difference.effect === 'in-place' || difference.effect === 'replace')
    .filter(({ change }) => !('secret' in change) || isShown(definition, live, change.path))
    .map((difference) => difference.change.path)
}

/** Whether the vendor shows what stands at a path; only then can it be checked. */
function isShown(definition: ProviderDefinition, live: LiveObject, path: string): boolean {
  const [name = '', ...rest] = path.split('.')
  if (definition.fields[name]?.read === 'never') return false
  const value = live.fields[name]
  const inner = rest.length === 0 ? value : new Map(entriesOf(value)).get(rest.join('.'))
  return !(inner instanceof HiddenSecret)
}

/** Checks that a deleted object is gone; undefined when it is. */
export async function confirmGone(
  definition: ProviderDefinition,
  api: ProviderApi,
  clock: Clock,
  id: string,
  scope: string,
): Promise<Failure | undefined> {
  const live = await lookUntil(
    clock,
    () => readAgain(api, id, scope),
    (found) => found === undefined,
  )
  if (live === undefined) return undefined
  return {
    code: 'HS4007',
    message: `${definition.title} accepted the delete but still lists the webhook ${id}.`,
    hint: 'Run the command again.',
  }
}
