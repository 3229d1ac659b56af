import { createHash } from 'node:crypto'
import { compareText } from '../core/diagnostic.ts'
import { canonicalJson } from './canonical-json.ts'
import { type ActionDocument, withoutGround } from './plan-document.ts'

/**
 * Renders what two plans must agree in to say the same of one webhook: what is done to which live objects, from what to
 * what, and at what price. Verdicts on secrets do not count, so that one rotated in the vault meanwhile makes no plan
 * stale; save for those that the vendor is asked for, which may make it make a new one.
 */
export function comparableAction(action: ActionDocument): string {
  const { kind, type, ids, changes, order = null, takes_over = false, moved_from = null, gap = null } = action
  const counted = changes.map(withoutGround).filter((change) => !('secret' in change) || change.secret === 'capture')
  return canonicalJson([kind, type, ids, counted, order, takes_over, moved_from, gap])
}

/** Names what was decided: a plan, its file and the run that carries it out have the same one, in whatever order. */
export function planChecksum(actions: readonly ActionDocument[]): string {
  const lines = actions.map((action) =>
    JSON.stringify([action.provider, action.type, action.key, comparableAction(action)]),
  )
  const digest = createHash('sha256').update(lines.toSorted(compareText).join('\n')).digest('hex')
  return `sha256:${digest.slice(0, 32)}`
}
