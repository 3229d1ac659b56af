import { createHash } from 'node:crypto'
import { compareText } from '../core/diagnostic.ts'
import type { ActionDocument } from './plan-document.ts'

/**
 * Renders what two plans must agree in to say the same of one webhook: what is done to which live objects, and from
 * what to what. Verdicts on secrets do not count, so that one rotated in the vault meanwhile makes no plan stale.
 */
export function comparableAction({ kind, ids, changes, order }: ActionDocument): string {
  return JSON.stringify([kind, ids, changes.filter((change) => !('secret' in change)), order ?? null])
}

/** Names what was decided: a plan, its file and the run that carries it out have the same one, in whatever order. */
export function planChecksum(actions: readonly ActionDocument[]): string {
  const lines = actions.map((action) =>
    JSON.stringify([action.provider, action.type, action.key, comparableAction(action)]),
  )
  const digest = createHash('sha256').update(lines.toSorted(compareText).join('\n')).digest('hex')
  return `sha256:${digest.slice(0, 32)}`
}
