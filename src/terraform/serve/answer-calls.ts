import type { Answers } from '../plugin/serve-methods.ts'
import type { Diagnostic, ProviderMethods } from '../protocol/generated/messages.ts'
import type { Sent } from '../protocol/message-codec.ts'
import { findingsOf, toDiagnostics } from './diagnostic-messages.ts'
import { makeProviderCalls } from './provider-calls.ts'
import { makeReadingCalls } from './reading-calls.ts'
import { makeResourceCalls } from './resource-calls.ts'
import type { Session } from './session.ts'
import { makeStoredStateCalls } from './stored-state-calls.ts'

export type ProviderCalls = Answers<ProviderMethods, 'ListResource'>

type Failed = readonly Sent<Diagnostic>[]

/** What is answered beside the findings when something was thrown; what was there before stays in the state. */
const afterFailure: {
  readonly [K in keyof ProviderMethods]?: (
    request: ProviderMethods[K]['request'],
    diagnostics: Failed,
  ) => Sent<ProviderMethods[K]['response']>
} = {
  ReadResource: ({ currentState, private: kept, currentIdentity }, diagnostics) => ({
    newState: currentState,
    private: kept,
    newIdentity: currentIdentity,
    diagnostics,
  }),
  ApplyResourceChange: ({ priorState, plannedPrivate, plannedIdentity }, diagnostics) => ({
    newState: priorState,
    private: plannedPrivate,
    newIdentity: plannedIdentity,
    diagnostics,
  }),
  CallFunction: (_request, [finding]) => ({ error: { text: finding?.summary ?? '' } }),
  StopProvider: (_request, [finding]) => ({ error: finding?.detail ?? '' }),
}

/** Answers every call of an engine; what is thrown on the way becomes findings, and never ends the process. */
export function answerCalls(session: Session): ProviderCalls {
  const calls: ProviderCalls = {
    ...makeProviderCalls(session),
    ...makeStoredStateCalls(session),
    ...makeResourceCalls(session),
    ...makeReadingCalls(session),
  }
  const { ListResource, ...unary } = calls
  const guarded = Object.entries(unary).map(([method, answer]) => [method, guard(method, answer as Answer, session)])
  return { ...Object.fromEntries(guarded), ListResource: guardStream(ListResource, session) } as ProviderCalls
}

type Answer = (request: never, signal: AbortSignal) => Promise<object>

function guard(method: string, answer: Answer, session: Session): Answer {
  return async (request, signal) => {
    try {
      return await answer(request, signal)
    } catch (error) {
      const diagnostics = tellFailure(error, session)
      const recover = afterFailure[method as keyof ProviderMethods] as
        | ((request: never, diagnostics: Failed) => object)
        | undefined
      return recover?.(request, diagnostics) ?? { diagnostics }
    }
  }
}

function guardStream(answer: ProviderCalls['ListResource'], session: Session): ProviderCalls['ListResource'] {
  return async function* guarded(request, signal) {
    try {
      yield* answer(request, signal)
    } catch (error) {
      yield { diagnostic: tellFailure(error, session) }
    }
  }
}

function tellFailure(error: unknown, session: Session): Failed {
  session.onMistake(error)
  return toDiagnostics(findingsOf(error), {}, session)
}
