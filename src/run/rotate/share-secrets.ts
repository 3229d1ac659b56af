import type { DeclaredSecret, LoadedProject } from '../../config/project.ts'
import { compareText, type Diagnostic } from '../../core/diagnostic.ts'
import { backends } from '../../secrets/backends.ts'
import { isReferenceFault, parseReference } from '../../secrets/reference.ts'
import type { Resolver } from '../../secrets/resolver.ts'
import { siblingReference } from '../../secrets/sibling-reference.ts'
import { fingerprintTarget } from '../secrets-of-run.ts'
import type { SigningSecret } from './find-secrets.ts'
import { refusal, type SharedSecret } from './rotation-group.ts'

export interface SharedSecrets {
  readonly shared: readonly SharedSecret[]
  readonly refused: readonly Diagnostic[]
}

export interface Wanted {
  readonly isNamed: (id: string) => boolean
  readonly isExcluded: (id: string) => boolean
}

/** Brings together the webhooks that share a secret: a new one must reach all of them, so they rotate as one. */
export async function shareSecrets(
  project: LoadedProject,
  resolver: Pick<Resolver, 'identify'>,
  secrets: readonly SigningSecret[],
  { isNamed, isExcluded }: Wanted,
): Promise<SharedSecrets> {
  const named = secrets.filter(({ id }) => isNamed(id) && !isExcluded(id))
  const refused = named.flatMap((secret) => refuseSource(secret) ?? [])
  const rest = named.filter((secret) => refuseSource(secret) === undefined)
  const places = await findPlaces(project, resolver)
  const keyPlace = await placeOfKey(project, resolver)
  const userOf = (place: string): string | undefined =>
    place === keyPlace ? 'fingerprint_key' : places.users(place).map(nameUse)[0]
  const bySlot = new Map(secrets.map((secret) => [secret.slot, secret] as const))
  const shared = new Map<string, SharedSecret>()
  for (const secret of rest) {
    const place = places.of(secret.slot) ?? secret.id
    if (shared.has(place)) continue
    const users = places.users(place)
    const members = users.flatMap(({ slot }) => bySlot.get(slot) ?? []).toSorted((a, b) => compareText(a.id, b.id))
    const fault = refuseUses(secret, users, members, isExcluded) ?? (await refuseNeighbors(secret, resolver, userOf))
    if (fault !== undefined) {
      refused.push(fault)
      continue
    }
    const kind = secret.slot.source.form === 'capture' ? 'made' : 'chosen'
    const [first = secret, ...others] = members
    const also = members.filter(({ id }) => !isNamed(id)).map(({ id }) => id)
    shared.set(place, { kind, members: [first, ...others], also })
  }
  return { shared: [...shared.values()], refused }
}

interface Places {
  of(slot: DeclaredSecret['slot']): string | undefined
  users(place: string): readonly DeclaredSecret[]
}

async function findPlaces(project: LoadedProject, resolver: Pick<Resolver, 'identify'>): Promise<Places> {
  const places = new Map<DeclaredSecret['slot'], string>()
  const users = new Map<string, DeclaredSecret[]>()
  for (const declared of project.secrets) {
    const { slot, baseDir } = declared
    const place = await resolver.identify({ ref: slot.source.ref, baseDir })
    if (place === undefined) continue
    places.set(slot, place)
    users.set(place, [...(users.get(place) ?? []), declared])
  }
  return { of: (slot) => places.get(slot), users: (place) => users.get(place) ?? [] }
}

async function placeOfKey(project: LoadedProject, resolver: Pick<Resolver, 'identify'>): Promise<string | undefined> {
  const target = fingerprintTarget(project)
  return target === undefined ? undefined : resolver.identify(target)
}

/** What is used by something else would be sent as the value to come, or be overwritten and removed. */
async function refuseNeighbors(
  secret: SigningSecret,
  resolver: Pick<Resolver, 'identify'>,
  userOf: (place: string) => string | undefined,
): Promise<Diagnostic | undefined> {
  const { slot, baseDir } = secret
  for (const sibling of slot.source.form === 'capture' ? neighborsOfMade : neighborsOfChosen) {
    const ref = siblingReference(slot.source.ref, sibling)
    const place = await resolver.identify({ ref, baseDir })
    const user = place === undefined ? undefined : userOf(place)
    if (user === undefined) continue
    const message = `rotating it would write to ${ref}, which ${user} uses.`
    return refusal(secret, message, 'Keep one of the two under another name.')
  }
  return undefined
}

const neighborsOfMade = ['previous'] as const
const neighborsOfChosen = ['pending', 'previous'] as const

/** Says why a new value cannot be put where a reference leads. */
function refuseSource(secret: SigningSecret): Diagnostic | undefined {
  const parsed = parseReference(secret.slot.source.ref)
  if (isReferenceFault(parsed)) return undefined
  if (parsed.version !== undefined) {
    const hint = 'Leave out ?version=…: a new value becomes a new version.'
    return refusal(secret, `its reference names version ${parsed.version}, which no new value can change.`, hint)
  }
  if (backends[parsed.backend].isWritable) return undefined
  return refusal(
    secret,
    `the store ${parsed.backend} cannot be written, so a new value has no place there.`,
    'Keep the secret in a store that can be written, such as ref+age://secrets.age#/name, or change it at its source and run: hooks-sync apply',
  )
}

function refuseUses(
  secret: SigningSecret,
  users: readonly DeclaredSecret[],
  members: readonly SigningSecret[],
  isExcluded: (id: string) => boolean,
): Diagnostic | undefined {
  const known = new Set(members.map(({ slot }) => slot))
  const foreign = users.find(({ slot }) => !known.has(slot))
  if (foreign !== undefined) {
    return refusal(
      secret,
      `${nameUse(foreign)} uses the same secret for something else.`,
      'Give each a secret of its own.',
    )
  }
  const excluded = members.find(({ id }) => isExcluded(id))
  if (excluded !== undefined) {
    return refusal(secret, `${excluded.id} shares its secret and is excluded.`, 'They can only be rotated together.')
  }
  const unwritable = members.map(refuseSource).find((found) => found !== undefined)
  return unwritable
}

function nameUse({ path }: DeclaredSecret): string {
  return path.slice(1).map(String).join('.')
}
