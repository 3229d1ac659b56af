/** What happens to a secret that is rotated, in this order. */
export const rotationSteps = ['staged', 'sent', 'verified', 'promoted', 'retired'] as const

export type RotationStep = (typeof rotationSteps)[number]

/** A secret that receivers must accept, by its reference. */
export interface Acceptance {
  readonly ref: string
  /** From now on, or from the moment at which the vendor signs with another one. */
  readonly from: 'now' | 'switch'
  /** ISO time after which it is removed. */
  readonly until?: string
}

/** Lists what receivers must accept once a step is done; before any is, with `undefined`. */
export function acceptancesAfter(
  step: RotationStep | undefined,
  kind: 'chosen' | 'made',
  refs: { readonly current: string; readonly pending: string; readonly previous: string },
  until?: string,
): readonly Acceptance[] {
  const current = { ref: refs.current, from: 'now' } as const
  const previous = { ref: refs.previous, ...(until === undefined ? {} : { until }) }
  if (step === 'retired') return [current]
  if (step === 'promoted') return [current, { ...previous, from: 'now' }]
  if (kind === 'made') return [current, { ...previous, from: 'switch' }]
  if (step === undefined || step === 'staged') return [current, { ref: refs.pending, from: 'switch' }]
  return [{ ref: refs.pending, from: 'now' }, current]
}
