import type { Action, ObjectChange } from '../core/action.ts'
import { canonicalText } from '../core/canonical.ts'
import { absentValue } from '../core/field.ts'
import type { ProviderDefinition, Work } from '../core/provider.ts'
import { chooseRung } from '../core/recovery.ts'
import { listSlots } from '../core/secret-paths.ts'
import type { CaptureStep, CreateStep, DeleteStep, RetireStep, Step, UpdateStep } from '../core/step.ts'
import type { DesiredValue, DesiredValues } from '../core/value.ts'
import type { DesiredObject } from '../core/webhook.ts'
import { stepsAhead } from './steps-ahead.ts'

/** Compiles the actions of one account into steps: the provider's own way where it has one, else one call per object. */
export function compileSteps(definition: ProviderDefinition, work: Work, gapAllowed: boolean): readonly Step[] {
  const plain = work.actions.flatMap((action) => objectSteps(definition, action, gapAllowed))
  const steps = definition.steps?.(work, plain) ?? plain
  const captures = captureSteps(definition, work.actions, steps)
  const ahead = stepsAhead(steps)
  return [...steps.map((step) => (ahead.has(step.id) ? step : afterCapture(step, captures))), ...captures.values()]
}

/** One step per object of an action; what an action removes goes after what it makes, unless that needs its room. */
function objectSteps(definition: ProviderDefinition, action: Action, gapAllowed: boolean): readonly Step[] {
  const removals = action.objects.flatMap((change, at) =>
    change.op === 'delete' ? [{ change, step: removalStep(action, change, at) }] : [],
  )
  // What the new objects need the room of.
  const first = removals.flatMap(({ change, step }) => (change.order === 'delete-first' ? [step] : []))
  const made = action.objects
    .flatMap((change, at) => finishCreates(definition, stepsOf(action, change, at, gapAllowed)))
    .map((step) => goAfter(step, first))
  const ids = made.map((step) => step.id)
  const retired = action.objects.flatMap((change, at) =>
    change.op === 'retire' ? [retireStep(action, change, at, ids)] : [],
  )
  const last = removals.flatMap(({ change, step }): readonly Step[] => {
    if (change.order === 'delete-first') return []
    // What was replaced before waits for nothing of its own webhook: its successor is long there.
    return [change.isRetired === true ? step : { ...step, after: ids }]
  })
  return [...first, ...made, ...retired, ...last]
}

/** Deletes an object; with one that was replaced before goes the secret that was kept for it. */
function removalStep(
  action: Action,
  { live, isRetired }: Extract<ObjectChange, { readonly op: 'delete' }>,
  at: number,
): DeleteStep {
  const removal = deleteStep(action, live, at, [])
  if (isRetired !== true) return removal
  const [discards] = listSlots(action.desired?.fields ?? {}).flatMap(([path, { source }]) =>
    source.form === 'capture' ? [{ path, ref: source.ref }] : [],
  )
  return { ...removal, isRetired, ...(discards === undefined ? {} : { discards }) }
}

function goAfter(step: Step, others: readonly Step[]): Step {
  return others.length === 0 ? step : { ...step, after: [...step.after, ...others.map(({ id }) => id)] }
}

function stepsOf(action: Action, change: ObjectChange, at: number, gapAllowed: boolean): readonly Step[] {
  switch (change.op) {
    case 'keep':
    case 'adopt':
    case 'delete':
    case 'retire':
      return []
    case 'create':
      return [createStep(action, change, at, [])]
    case 'update':
      return [updateStep(action, change, at)]
    case 'replace':
      return replaceSteps(action, change, at, gapAllowed)
  }
}

function replaceSteps(
  action: Action,
  change: ObjectChange & { readonly op: 'replace' },
  at: number,
  gapAllowed: boolean,
): readonly Step[] {
  const { live } = change
  if (change.order === 'delete-first') {
    const removal = deleteStep(action, live, at, [])
    return [removal, createStep(action, change, at, [removal.id])]
  }
  const allowed = gapAllowed || action.desired?.allowGap === true
  const creation: CreateStep = {
    ...createStep(action, change, at, []),
    replaces: { id: live.id, scope: live.scope, part: live.part, gapAllowed: allowed },
  }
  if (change.overlap === undefined) return [creation, deleteStep(action, live, at, [creation.id])]
  return [creation, retireStep(action, { live, overlap: change.overlap }, at, [creation.id])]
}

function retireStep(
  action: Action,
  { live, overlap }: { readonly live: { readonly id: string }; readonly overlap: number },
  at: number,
  after: readonly string[],
): RetireStep {
  return { does: 'retire', id: stepId(action, 'retire', at), serves: [action.id], after, target: live.id, overlap }
}

/** Lets an update follow a create for what the vendor takes in no other way. */
function finishCreates(definition: ProviderDefinition, steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step): readonly Step[] => {
    if (step.does !== 'create') return [step]
    const { id, serves, object } = step
    const defaults = defaultsToStartWith(definition, object)
    const paths = Object.keys(defaults)
    if (paths.length === 0) return [step]
    const start = { ...step, object: { ...object, fields: { ...object.fields, ...defaults } } }
    return [start, { does: 'follow', id: `${id} follow`, serves, after: [id], of: { step: id }, object, paths }]
  })
}

function defaultsToStartWith(definition: ProviderDefinition, { fields }: DesiredObject): Readonly<DesiredValues> {
  const late = Object.entries(definition.fields).flatMap(([name, field]): readonly [string, DesiredValue][] => {
    const fallback = absentValue(field)
    const wanted = fields[name]
    if (field.setBy !== 'update' || fallback === undefined || wanted === undefined) return []
    return canonicalText(field, wanted) === canonicalText(field, fallback) ? [] : [[name, fallback]]
  })
  return Object.fromEntries(late)
}

function createStep(
  action: Action,
  change: ObjectChange & { readonly op: 'create' | 'replace' },
  at: number,
  after: readonly string[],
): CreateStep {
  return { does: 'create', id: stepId(action, 'create', at), serves: [action.id], after, object: change.object }
}

function updateStep(action: Action, change: ObjectChange & { readonly op: 'update' }, at: number): UpdateStep {
  const { object, live, paths } = change
  return {
    does: 'update',
    id: stepId(action, 'update', at),
    serves: [action.id],
    after: [],
    target: live.id,
    object,
    paths,
  }
}

function deleteStep(
  action: Action,
  live: { readonly id: string; readonly scope: string; readonly part: string },
  at: number,
  after: readonly string[],
): DeleteStep {
  const { id: target, scope, part } = live
  return { does: 'delete', id: stepId(action, 'delete', at), serves: [action.id], after, target, scope, part }
}

function stepId(action: Action, does: string, at: number): string {
  return `${action.id} ${does} ${at}`
}

/** Takes the secret of each webhook that asks for it, right after its object is there; by action. */
function captureSteps(
  definition: ProviderDefinition,
  actions: readonly Action[],
  steps: readonly Step[],
): ReadonlyMap<string, CaptureStep> {
  const creations = new Map<string, string>()
  const retired = new Map<string, string[]>()
  for (const step of steps.filter(isRetired)) {
    for (const action of step.serves) retired.set(action, [...(retired.get(action) ?? []), step.id])
  }
  for (const step of steps) {
    if (step.does === 'create') for (const action of step.serves) creations.set(action, step.id)
  }
  const captures = actions.flatMap((action): readonly (readonly [string, CaptureStep])[] => {
    const { capture } = action
    if (capture === undefined) return []
    const id = stepId(action, 'capture', 0)
    const rung = capture.rung ?? chooseRung(definition, true)
    const isFormerKept = capture.keepsFormer === true || action.objects.some(keepsFormer)
    const former = isFormerKept ? ({ keepsFormer: true } as const) : {}
    const about = { does: 'capture', id, serves: [action.id], ...capture, rung, ...former } as const
    const creation = creations.get(action.id)
    // The vault keeps one former secret: what the last one is kept for goes first.
    const first = isFormerKept ? (retired.get(action.id) ?? []) : []
    if (creation !== undefined) return [[action.id, { ...about, after: [creation, ...first], of: { step: creation } }]]
    const paired = action.objects.find((change) => change.op !== 'delete' && change.op !== 'retire')
    if (paired === undefined || paired.op === 'create') return []
    return [[action.id, { ...about, after: first, of: { id: paired.live.id, scope: paired.live.scope } }]]
  })
  const firsts = new Set(actions.filter((action) => action.order === 'delete-first').map((action) => action.id))
  return new Map(captures.map(([action, step]) => [action, { ...step, oldGoesFirst: firsts.has(action) }] as const))
}

/** Whether an old object stays live beside the new one, so that receivers need the secrets of both. */
function keepsFormer(change: ObjectChange): boolean {
  return change.op === 'retire' || (change.op === 'replace' && change.overlap !== undefined)
}

function isRetired(step: Step): boolean {
  return step.does === 'delete' && step.isRetired === true
}

/** Nothing old goes before the new secret is safe, except where the old one has to go first. */
function afterCapture(step: Step, captures: ReadonlyMap<string, CaptureStep>): Step {
  if ((step.does !== 'delete' && step.does !== 'retire') || isRetired(step)) return step
  const waits = step.serves.flatMap((action) => {
    const capture = captures.get(action)
    return capture === undefined || capture.oldGoesFirst === true ? [] : [capture.id]
  })
  return waits.length === 0 ? step : { ...step, after: [...step.after, ...waits] }
}
