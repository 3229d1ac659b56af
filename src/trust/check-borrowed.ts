import type { LoadedAccount, LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { checkOrigin, isLoopback } from '../http/allowed-origin.ts'
import { kindOf, listUses, makePlacer, overlaps, type SecretUse } from './secret-place.ts'

/** A use of a secret, and who learns it. */
interface PlacedUse {
  readonly use: SecretUse
  readonly place: string
  readonly party: string
  readonly index: number
}

/**
 * Finds credentials that would go to somebody they do not belong to: to another vendor, to another host, or as data to
 * any. What is no credential may be shared, such as one signing secret of several webhooks.
 */
export async function checkBorrowed(project: LoadedProject, homeDir: string): Promise<readonly Diagnostic[]> {
  const parties = new Map(project.accounts.map((loaded) => [loaded.account.name, partyOf(loaded)]))
  const listed = listUses(project.secrets)
  const kinds = new Set(listed.filter((use) => use.isCredential).map(kindOf))
  const placeOf = makePlacer(homeDir)
  const uses = await Promise.all(
    listed
      .filter((use) => kinds.has(kindOf(use)))
      .map(async (use, index): Promise<PlacedUse> => {
        return { use, index, place: await placeOf(use), party: parties.get(use.account) ?? use.account }
      }),
  )
  const credentials = groupByPlace(uses.filter(({ use }) => use.isCredential))
  return uses.flatMap((placed) => {
    const { use, place, index } = placed
    const owner = credentials.get(place)?.find((credential) => isBorrowed(placed, credential))
    // Of two credentials at one place the second is told; that names the first.
    const isTold = owner !== undefined && (!use.isCredential || index > owner.index)
    return isTold ? [borrowed(project, use, owner.use)] : []
  })
}

function isBorrowed({ use, party }: PlacedUse, credential: PlacedUse): boolean {
  if (use.isCredential && party === credential.party) return false
  return overlaps(use.reference.pointer, credential.use.reference.pointer)
}

/** Groups credentials by where they lie; of those that go to the same party the first stands for all. */
function groupByPlace(credentials: readonly PlacedUse[]): ReadonlyMap<string, readonly PlacedUse[]> {
  const groups = new Map<string, PlacedUse[]>()
  const known = new Set<string>()
  for (const credential of credentials) {
    const { place, party, use } = credential
    const id = JSON.stringify([place, party, use.reference.pointer])
    if (known.has(id)) continue
    known.add(id)
    const group = groups.get(place)
    if (group === undefined) groups.set(place, [credential])
    else group.push(credential)
  }
  return groups
}

/** Names who learns the credentials of an account: the vendor itself, this machine, or origins that stand in for it. */
function partyOf({ account, baseUrl, definition }: LoadedAccount): string {
  const urls = Object.entries(definition.settings).flatMap(([name, field]) => {
    const value = account.settings[name]
    return field.kind === 'url' && typeof value === 'string' ? [value] : []
  })
  return [account.type, ...[baseUrl, ...urls].map((url) => hostParty(url, definition.hosts))].join(' ')
}

function hostParty(url: string, hosts: readonly string[]): string {
  if (isLoopback(url)) return 'loopback'
  if (checkOrigin(url, hosts)) return 'vendor'
  return URL.canParse(url) ? new URL(url).origin : url
}

function borrowed(project: LoadedProject, use: SecretUse, owner: SecretUse): Diagnostic {
  const at = project.place(owner.secret.path)?.at
  const where = at === undefined ? '' : ` (${at.file}:${at.line}:${at.column})`
  const message = use.isCredential
    ? `${use.account} would send a credential of ${owner.account}${where} to another host.`
    : `A credential of ${owner.account}${where} would be sent as data.`
  return {
    code: 'HS2015',
    severity: 'error',
    message,
    hint: 'Give it a secret of its own.',
    ...project.place(use.secret.path),
    provider: use.account,
  }
}
