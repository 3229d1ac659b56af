import { createHash } from 'node:crypto'
import type { Change } from '../core/action.ts'
import { compareText } from '../core/diagnostic.ts'
import { canonicalJson } from './canonical-json.ts'

/** What a document says of one action, as far as it counts here. */
export interface ComparableAction {
  readonly provider: string
  readonly type: string
  readonly key: string
  readonly kind: string
  readonly ids: readonly string[]
  readonly changes: readonly Change[]
  readonly order?: string
  readonly takes_over?: boolean
  readonly moved_from?: string
  readonly gap?: string
}

/** Leaves of a verdict what JSON says of it. */
export function withoutGround(change: Change): Change {
  return 'secret' in change ? { path: change.path, secret: change.secret } : change
}

/**
 * Renders what two plans must agree in to say the same of one webhook: what is done to which live objects, from what to
 * what, and at what price. Verdicts on secrets do not count, so that one rotated in the vault meanwhile makes no plan
 * stale; save for those that the vendor is asked for, which may make it make a new one.
 */
export function comparableAction(action: ComparableAction): string {
  const { kind, type, ids, changes, order = null, takes_over = false, moved_from = null, gap = null } = action
  const counted = changes.map(withoutGround).filter((change) => !('secret' in change) || change.secret === 'capture')
  return canonicalJson([kind, type, ids, counted, order, takes_over, moved_from, gap])
}

/** Names what was decided: a plan, its file and the run that carries it out have the same one, in whatever order. */
export function planChecksum(actions: readonly ComparableAction[]): string {
  const lines = actions.map((action) =>
    JSON.stringify([action.provider, action.type, action.key, comparableAction(action)]),
  )
  const digest = createHash('sha256').update(lines.toSorted(compareText).join('\n')).digest('hex')
  return `sha256:${digest.slice(0, 32)}`
}
