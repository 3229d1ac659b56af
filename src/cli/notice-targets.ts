import { type Diagnostic, DiagnosticError } from '../core/diagnostic.ts'
import { Secret } from '../core/secret.ts'
import { isLoopback } from '../http/allowed-origin.ts'
import { notDelivered } from '../notify/deliver-notice.ts'
import { makeNoticeTarget, type NoticeTarget } from '../notify/notice-target.ts'
import { resolverOptions } from '../run/secrets-of-run.ts'
import { isReferenceFault, isReferenceText, parseReference } from '../secrets/reference.ts'
import { makeResolver } from '../secrets/resolver.ts'
import { callEnvironment, type Trust } from '../trust/trust.ts'
import { requireTrust } from '../trust/untrusted.ts'
import type { Context } from './context.ts'
import { usageError, variableOf } from './flags.ts'
import type { NotifyWish } from './notifier.ts'
import { findTrust } from './open-project.ts'
import { openSecretPlaces, type SecretPlaces } from './secret-places.ts'

export interface FoundTargets {
  readonly targets: readonly NoticeTarget[]
  /** The environment as the operator lets calls see it. */
  readonly env: Context['env']
  /** Why some of them cannot be told. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Finds the URLs that `--notify` means; what is written down wrong is refused, what a store does not answer is told. */
export async function findTargets(context: Context, wishes: readonly NotifyWish[]): Promise<FoundTargets> {
  const trust = await findTrust(context)
  requireTrust(trust, '--notify')
  const clear = wishes.filter(({ place }) => !isReferenceText(place))
  const given = clear.map((wish) => refuseFault(wish, makeNoticeTarget(new Secret(wish.place), wish)))
  const found = await resolveWishes(
    context,
    trust,
    wishes.filter(({ place }) => isReferenceText(place)),
  )
  return {
    targets: [...given, ...found.targets],
    env: callEnvironment(trust, context.env),
    diagnostics: [...clear.flatMap((wish) => tellClear(context, wish)), ...found.diagnostics],
  }
}

function refuseFault({ name }: NotifyWish, made: NoticeTarget | string): NoticeTarget {
  if (typeof made !== 'string') return made
  const hint = 'Write [slack=|teams=|json=] and a reference such as ref+env://SLACK_URL, or an https URL.'
  throw usageError(`${name} cannot be used: ${made}.`, hint)
}

/** Other users of a machine see command lines, not environments. */
function tellClear({ env }: Context, { name, place }: NotifyWish): readonly Diagnostic[] {
  if (isLoopback(place) || (env[variableOf('notify')] ?? '').includes(place)) return []
  return [
    {
      code: 'HS2001',
      severity: 'warning',
      message: `${name} stands in clear on the command line: whoever sees it can write there.`,
      hint: 'Write a reference, such as --notify ref+env://SLACK_URL, or set HOOKS_SYNC_NOTIFY.',
    },
  ]
}

async function resolveWishes(
  context: Context,
  trust: Trust,
  wishes: readonly NotifyWish[],
): Promise<Pick<FoundTargets, 'targets' | 'diagnostics'>> {
  for (const { place } of wishes) {
    const parsed = parseReference(place)
    if (isReferenceFault(parsed)) throw usageError(`--notify ${place}: ${parsed.message}`, parsed.hint, 'HS2002')
  }
  if (wishes.length === 0) return { targets: [], diagnostics: [] }
  try {
    const { resolver, locate } = await openPlaces(context, trust, wishes)
    try {
      return await resolveAll(wishes, { resolver, locate })
    } finally {
      await resolver.close()
    }
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error
    return { targets: [], diagnostics: wishes.map(({ name }) => notDelivered(name, trim(error.message))) }
  }
}

type Places = Pick<SecretPlaces, 'resolver' | 'locate'>

async function resolveAll(
  wishes: readonly NotifyWish[],
  { resolver, locate }: Places,
): Promise<Pick<FoundTargets, 'targets' | 'diagnostics'>> {
  const wants = wishes.map((wish) => ({ wish, want: locate(wish.place) }))
  const { values, failed } = await resolver.resolve(wants.map(({ want }) => want))
  const made = wants.map(({ wish, want }) => {
    const url = values.get(want)
    if (url !== undefined) return { wish, made: makeNoticeTarget(url, wish) }
    return { wish, made: trim(failed.get(want)?.message ?? 'there is no URL') }
  })
  return {
    targets: made.flatMap((one) => (typeof one.made === 'string' ? [] : [one.made])),
    diagnostics: made.flatMap((one) => (typeof one.made === 'string' ? [notDelivered(one.wish.name, one.made)] : [])),
  }
}

/** What the environment says needs no files; those of standard input can be read only once. */
async function openPlaces(context: Context, trust: Trust, wishes: readonly NotifyWish[]): Promise<Places> {
  const isEnvironment = wishes.every(({ place }) => /^(?:secret)?ref\+env:/u.test(place))
  if (!isEnvironment && !context.flags.list('file').includes('-')) return openSecretPlaces(context)
  const resolver = makeResolver(resolverOptions({ stores: [], trust }, context))
  return { resolver, locate: (ref) => ({ ref, baseDir: context.cwd }) }
}

function trim(sentence: string): string {
  return sentence.replace(/\.$/u, '')
}
