import type { Diagnostic } from '../../src/core/diagnostic.ts'
import type { RotationPlan } from '../../src/core/rotation-plan.ts'
import { load } from '../../src/run/load.ts'
import { makeOptions, type SyncOptions } from '../../src/run/options.ts'
import {
  type DecideRotation,
  type Rotated,
  type RotateMeans,
  rotateLoaded,
} from '../../src/run/rotate/rotate-project.ts'
import type { RotateWish } from '../../src/run/rotate/survey.ts'
import type { World } from '../sync/open-world.ts'
import { fast } from '../sync/vendor-stories.ts'

/** Completes a wish as the command line does without any flag. */
export function wishFor(globs: readonly string[], wish: Partial<RotateWish> = {}): RotateWish {
  return { globs, excludes: [], resume: false, dryRun: false, ...wish }
}

/** Rotates in a world, with a yes to whatever no guard refuses. */
export async function rotateIn(
  world: World,
  globs: readonly string[],
  wish: Partial<RotateWish> = {},
  changes: Partial<SyncOptions> = {},
  means?: RotateMeans,
  decide: DecideRotation = agree,
): Promise<Rotated> {
  const { directory } = world
  const emit: SyncOptions['emit'] = (event) => (world.events as (typeof event)[]).push(event)
  const options = makeOptions({ cwd: directory, homeDir: directory, env: {}, pace: fast, emit, ...changes })
  return rotateLoaded(await load(options), options, wishFor(globs, wish), decide, means)
}

function agree({ plan, rotations }: RotationPlan): Promise<boolean> {
  return Promise.resolve(rotations.length > 0 && plan.accounts.every(({ refusals }) => refusals.length === 0))
}

/** Lists what was found, as `code message`. */
export function told(findings: readonly Diagnostic[]): readonly string[] {
  return findings.map(({ code, message }) => `${code} ${message}`)
}

/** Lists what became of each secret. */
export function results({ outcomes = [] }: Rotated): readonly string[] {
  return outcomes.map(({ webhooks, result }) => `${webhooks.join(' + ')} ${result}`)
}
