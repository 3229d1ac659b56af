import { emptyAnswer } from './answer.ts'
import type { Fault } from './fault.ts'
import type { Answer } from './stand-in.ts'

/** What the server does with the socket of a request. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: Answer }
  /** A body as it stands, whatever its type. */
  | { readonly kind: 'text'; readonly status: number; readonly type: string; readonly text: string }
  /** Promises the whole body and closes after half of it. */
  | { readonly kind: 'cut'; readonly answer: Answer }
  | { readonly kind: 'reset' }
  | { readonly kind: 'hang' }

/** The parts of a vendor that a fault needs. */
export interface FaultScene {
  /** Lets the vendor do its work. */
  work(): Answer
  failure(status: number): Answer
  limited(form: string, seconds: number): Answer
}

type Play<Kind extends Fault['kind']> = (fault: Extract<Fault, { readonly kind: Kind }>, scene: FaultScene) => Reply

const plays: { readonly [Kind in Fault['kind']]: Play<Kind> } = {
  status: (fault, scene) => {
    if (fault.commit === true) scene.work()
    const { headers = {} } = fault
    const answer = fault.body === undefined ? scene.failure(fault.status) : { status: fault.status, body: fault.body }
    if (typeof answer.body === 'string') {
      return { kind: 'answer', answer: { ...answer, headers: { 'content-type': 'text/plain', ...headers } } }
    }
    return { kind: 'answer', answer: { ...answer, headers: { ...answer.headers, ...headers } } }
  },
  timeout: (fault, scene) => {
    if (fault.commit === true) scene.work()
    return { kind: 'hang' }
  },
  'reset-before': () => ({ kind: 'reset' }),
  'reset-after': (_fault, scene) => {
    scene.work()
    return { kind: 'reset' }
  },
  delay: (_fault, scene) => ({ kind: 'answer', answer: scene.work() }),
  html: (fault, scene) => {
    if (fault.commit === true) scene.work()
    const text = '<!doctype html><title>Bad gateway</title><h1>Bad gateway</h1>'
    return { kind: 'text', status: fault.status ?? 502, type: 'text/html', text }
  },
  truncated: (_fault, scene) => ({ kind: 'cut', answer: scene.work() }),
  garbage: (fault, scene) => {
    if (fault.commit === true) scene.work()
    return { kind: 'text', status: 200, type: 'application/json', text: '{"webhooks":[{"id":\u0000' }
  },
  redirect: (fault) => ({
    kind: 'answer',
    answer: { ...emptyAnswer(fault.status ?? 307), headers: { location: fault.to } },
  }),
  'rate-limit': (fault, scene) => ({
    kind: 'answer',
    answer: scene.limited(fault.retryAfter ?? 'none', fault.seconds ?? 1),
  }),
}

/** Plays one fault on one request. */
export function playFault(fault: Fault, scene: FaultScene): Reply {
  const play = plays[fault.kind] as Play<Fault['kind']>
  return play(fault, scene)
}
