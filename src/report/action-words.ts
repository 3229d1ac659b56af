import type { ActionKind, ReplaceOrder } from '../core/action.ts'
import type { Tone } from './look.ts'

interface ActionWords {
  readonly symbol: string
  readonly tone: Tone
  /** While it goes on. */
  readonly doing: string
  /** Once it is done. */
  readonly done: string
}

/** How each kind of action is shown; the words stand beside the symbol, so that color is never the only signal. */
export const actionWords: Readonly<Record<ActionKind, ActionWords>> = {
  create: { symbol: '+', tone: 'green', doing: 'creating', done: 'created' },
  update: { symbol: '~', tone: 'yellow', doing: 'updating', done: 'updated' },
  replace: { symbol: '+/-', tone: 'magenta', doing: 'replacing', done: 'replaced' },
  adopt: { symbol: '>', tone: 'cyan', doing: 'adopting', done: 'adopted' },
  delete: { symbol: '-', tone: 'red', doing: 'deleting', done: 'deleted' },
  keep: { symbol: '=', tone: 'dim', doing: 'keeping', done: 'kept' },
}

const orderWords: Readonly<Record<ReplaceOrder, { readonly symbol: string; readonly words: string }>> = {
  'create-first': { symbol: '+/-', words: 'create first' },
  'delete-first': { symbol: '-/+', words: 'delete first' },
}

/** Returns the symbol of an action; a replace shows its order. */
export function actionSymbol(action: { readonly kind: ActionKind; readonly order?: ReplaceOrder }): string {
  return action.order === undefined ? actionWords[action.kind].symbol : orderWords[action.order].symbol
}

/** Words what an action does. */
export function actionVerb(action: { readonly kind: ActionKind; readonly order?: ReplaceOrder }): string {
  return action.order === undefined ? action.kind : `${action.kind}, ${orderWords[action.order].words}`
}
