import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical-json.ts'
import type { DriftFindingDocument, DriftRunDocument } from './drift-model.ts'

type Unnamed = Omit<DriftFindingDocument, 'fingerprint'>

/** Names findings so that the same one has the same name in every run; what hidden parts alone tell apart is counted. */
export function fingerprintFindings(findings: readonly Unnamed[]): readonly DriftFindingDocument[] {
  const seen = new Map<string, number>()
  return findings.map((finding) => {
    const subject = subjectOf(finding)
    const before = seen.get(subject) ?? 0
    seen.set(subject, before + 1)
    const { class: found, provider, key, id, ...rest } = finding
    return {
      class: found,
      provider,
      ...(key === undefined ? {} : { key }),
      ...(id === undefined ? {} : { id }),
      fingerprint: digest(before === 0 ? subject : `${subject}#${before}`, 32),
      ...rest,
    }
  })
}

/** Sums up what was found live, so that a known finding that becomes another one is seen; made of what reports show. */
export function digestOfLive({ changes, grounds = {} }: DriftFindingDocument): string {
  const found = changes.map((change) =>
    'secret' in change
      ? [change.path, change.secret, grounds[change.path]?.ground ?? null]
      : [change.path, change.before],
  )
  return digest(canonicalJson(found), 16)
}

/** Sums up which files a run was told to read: with the same ones, what is not in them any more is gone. */
export function digestOfFiles(run: Pick<DriftRunDocument, 'directory' | 'files'> | undefined): string {
  return digest(JSON.stringify([run?.directory ?? null, run?.files ?? null]), 16)
}

/** A webhook has one finding of a class, save for its twins; what has no key is told apart by its id. */
function subjectOf({ class: found, provider, key, id }: Unnamed): string {
  const isOwn = key !== undefined && found !== 'duplicate'
  return JSON.stringify([found, provider, key ?? null, isOwn ? null : (id ?? null)])
}

function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}
