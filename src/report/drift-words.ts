import { countedDrift, type DriftClass, type DriftRisk, listedDrift } from '../core/drift.ts'
import { actionSymbol, actionVerb } from './action-words.ts'
import type { DriftApplyDocument, DriftFindingDocument } from './drift-model.ts'
import type { Tone } from './look.ts'

/** All classes, in the order reports list them. */
export const driftClasses: readonly DriftClass[] = [...countedDrift, ...listedDrift]

/** What each class means and what an apply would do about it. */
export const driftWords: Readonly<Record<DriftClass, { readonly means: string; readonly remedy: string }>> = {
  missing: { means: 'declared and applied before, gone at the vendor', remedy: 'apply creates it again' },
  changed: { means: 'differs from what the files say', remedy: 'apply sets it back' },
  disabled: {
    means: 'switched off at the vendor',
    remedy: 'apply switches it on again, or recreates it with --allow-recreate',
  },
  secret: {
    means: 'a secret, or what the vendor does not show, is not what the files and the vault say',
    remedy: 'apply writes it',
  },
  duplicate: {
    means: 'delivers every event once more and takes a place where the vendor counts webhooks',
    remedy: 'apply leaves it; --dedupe removes it where nothing is lost',
  },
  orphaned: { means: 'owned, no longer declared, gone at the vendor', remedy: 'apply drops it from the ledger' },
  unmanaged: {
    means: 'live, neither declared nor owned; takes a place where the vendor counts webhooks',
    remedy: 'apply does not touch it; import prints it as YAML',
  },
  unknown: { means: 'cannot be compared', remedy: 'apply leaves it; --write-secrets writes what is hidden' },
  pending: { means: 'the file was edited since the last apply', remedy: 'apply does what the file says' },
}

/** How risks are colored; the word stands beside it. */
export const riskTones: Readonly<Record<DriftRisk, Tone>> = { none: 'dim', low: 'green', medium: 'yellow', high: 'red' }

/** Words what an apply would do about a finding, without what it risks. */
export function renderRemedy({ class: found, apply }: Pick<DriftFindingDocument, 'class' | 'apply'>): string {
  return [remedyVerb(found, apply), ...renderRefusals(apply)].join(', ')
}

/** Words how risky it is, and why. */
export function renderRisk({ risk, risks }: DriftApplyDocument): string {
  if (risk === 'none') return 'no risk'
  return `${risk} risk${risks.length === 0 ? '' : `: ${risks.join('; ')}`}`
}

/** Words since when a finding is there, as far as it can be known. */
export function renderSince(
  finding: Pick<DriftFindingDocument, 'since' | 'since_from' | 'first_seen'>,
): string | undefined {
  const { since, since_from, first_seen } = finding
  const words = [
    ...(since === undefined ? [] : [sinceWords(renderTime(since), since_from)]),
    ...(first_seen === undefined ? [] : [`first seen ${renderTime(first_seen)}`]),
  ]
  return words.length === 0 ? undefined : words.join(', ')
}

/** Renders an ISO time for people, to the minute; what is no time stays as it is. */
export function renderTime(time: string): string {
  const at = Date.parse(time)
  if (Number.isNaN(at)) return time
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Words how much of what is live is looked after. */
export function renderShare(managed: number, live: number): string {
  if (live === 0) return 'nothing live'
  // 100 % is said only where nothing is missing.
  return `${managed} of ${live} (${Math.floor((100 * managed) / live)} %)`
}

function sinceWords(time: string, from: DriftFindingDocument['since_from']): string {
  return from === 'ledger' ? `after ${time}, when it was last applied` : `since ${time}, says the vendor`
}

/** Words what an apply would do in a few words. */
export function remedyVerb(found: DriftClass, apply: DriftApplyDocument): string {
  switch (apply.kind) {
    case 'none':
      return driftWords[found].remedy.replace(/^apply /u, '')
    case 'forget':
      return 'drops it from the ledger'
    case 'create':
    case 'update':
    case 'replace':
    case 'adopt':
    case 'delete': {
      const { kind, order } = apply
      const action = { kind, ...(order === undefined ? {} : { order }) }
      return `${actionSymbol(action)} ${actionVerb(action)}`
    }
  }
}

function renderRefusals({ refused_by = [] }: DriftApplyDocument): readonly string[] {
  const flags = [...new Set(refused_by.flatMap(({ flag }) => flag ?? []))]
  if (refused_by.some(({ flag }) => flag === undefined)) return ['refused by a guard']
  return flags.length === 0 ? [] : [`refused without ${flags.join(' and ')}`]
}
