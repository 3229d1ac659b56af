import type { DriftDocument } from './drift-model.ts'
import { formatVersion } from './plan-document.ts'

/** The report of one part of the accounts, and what it is called where it does not fit. */
export interface DriftPart {
  readonly name: string
  readonly document: DriftDocument
}

/** Finds what keeps reports from being parts of one run. */
export function findMergeFaults(parts: readonly DriftPart[]): readonly string[] {
  if (parts.length === 0) return ['There is no report to merge.']
  const versions = findVersionFaults(parts)
  // What another version means is not known, so it is not looked at.
  if (versions.length > 0) return versions
  return [...findDifferences(parts), ...findOverlaps(parts), ...findShardFaults(parts)]
}

function findVersionFaults(parts: readonly DriftPart[]): readonly string[] {
  return parts.flatMap(({ name, document }) => {
    // What was parsed says what it wants.
    const version: string = document.format_version
    return version === formatVersion ? [] : [`${name} has the format version ${version}, this is ${formatVersion}.`]
  })
}

/** What must be the same in all parts, in words. */
const common: readonly (readonly [what: string, of: (document: DriftDocument) => unknown])[] = [
  ['another version of hooks-sync', ({ run }) => run?.tool_version],
  ['another revision of the files', ({ run }) => [run?.repository?.url, run?.repository?.revision, run?.directory]],
  ['other classes that count as drift', ({ counted_classes }) => counted_classes],
  ['a history where the other has none, or none where it has one', ({ history }) => history !== undefined],
]

function findDifferences([first, ...others]: readonly DriftPart[]): readonly string[] {
  if (first === undefined) return []
  return others.flatMap(({ name, document }) =>
    common
      .filter(([, of]) => JSON.stringify(of(document)) !== JSON.stringify(of(first.document)))
      .map(([what]) => `${name} was made with ${what} than ${first.name}.`),
  )
}

/** An account that no part could read may stand in several: what is wrong with the files is told by each. */
function findOverlaps(parts: readonly DriftPart[]): readonly string[] {
  const owners = new Map<string, { readonly name: string; readonly read: boolean }>()
  return parts.flatMap(({ name, document }) =>
    document.accounts.flatMap(({ provider, read }) => {
      const owner = owners.get(provider)
      owners.set(provider, owner ?? { name, read })
      if (owner === undefined || (!owner.read && !read)) return []
      return [`The account ${provider} is in ${owner.name} and in ${name}.`]
    }),
  )
}

function findShardFaults(parts: readonly DriftPart[]): readonly string[] {
  const sharded = parts.flatMap(({ name, document: { run } }) =>
    run?.shard === undefined ? [] : [{ name, ...run.shard }],
  )
  const [first] = sharded
  if (first === undefined) return []
  const whole = parts.find(({ document }) => document.run?.shard === undefined)
  if (whole !== undefined) return [`${whole.name} is of no shard, but ${first.name} is.`]
  const other = sharded.find(({ count }) => count !== first.count)
  if (other !== undefined)
    return [`${other.name} is one of ${other.count} shards, ${first.name} one of ${first.count}.`]
  return findMissing(sharded, first.count)
}

/** How many missing shards are named before the rest is counted. */
const named = 10

function findMissing(
  sharded: readonly { readonly name: string; readonly index: number }[],
  count: number,
): readonly string[] {
  const there = new Map<number, string>()
  const twice = sharded.flatMap(({ name, index }) => {
    const other = there.get(index)
    there.set(index, other ?? name)
    return other === undefined ? [] : [`${other} and ${name} are both shard ${index} of ${count}.`]
  })
  const gone = count - there.size
  if (gone <= 0) return twice
  const some: number[] = []
  for (let index = 1; index <= count && some.length < named; index += 1) if (!there.has(index)) some.push(index)
  const rest = gone > some.length ? ` and ${gone - some.length} more` : ''
  return [...twice, `The reports of ${gone} of ${count} shards are missing: ${some.join(', ')}${rest}.`]
}
