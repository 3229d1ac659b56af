import { isRefused } from '../../core/plan.ts'
import { rotate } from '../../run/rotate/rotate-project.ts'
import type { RotateWish } from '../../run/rotate/survey.ts'
import { confirm } from '../ask.ts'
import type { Context } from '../context.ts'
import { readSyncOptions } from '../options.ts'
import { parseDuration } from '../parse-duration.ts'
import { refuseOffline } from '../refuse-offline.ts'
import { RotateTeller } from '../rotate-teller.ts'

/** Runs `hooks-sync rotate GLOB…`. */
export async function run(context: Context): Promise<number> {
  refuseOffline(context)
  const wish = readWish(context)
  const teller = new RotateTeller(context)
  const options = await readSyncOptions(context, (event) => teller.emit(event))
  try {
    const rotated = await rotate(options, wish, async (plan, findings) => {
      teller.tellPlan(plan, findings)
      if (context.signals.stop.aborted || wish.dryRun) return false
      if (isRefused(plan.plan)) return teller.refuse('refused')
      if (plan.rotations.length === 0) return false
      const isAgreed = await confirm(context, question(plan.rotations.length))
      if (!isAgreed) return teller.refuse('error')
      context.audit?.decide(plan.plan)
      return true
    })
    teller.tellPlan(rotated.rotations, rotated.findings)
    if (rotated.outcomes !== undefined) teller.tellOutcomes(rotated.outcomes)
  } catch (error) {
    teller.tellFailure(error)
  }
  return teller.end()
}

function question(secrets: number): string {
  return `${secrets === 1 ? '1 secret is' : `${secrets} secrets are`} about to be rotated. Carry it out?`
}

function readWish({ flags, operands }: Context): RotateWish {
  const resume = flags.isOn('resume')
  const overlap = flags.value('overlap')
  const maxAge = flags.value('max-age')
  return {
    globs: operands,
    excludes: flags.list('exclude'),
    resume,
    dryRun: flags.isOn('dry-run'),
    ...(overlap === undefined ? {} : { overlap: parseDuration('--overlap', overlap) }),
    ...(maxAge === undefined ? {} : { maxAge: parseDuration('--max-age', maxAge) }),
  }
}
