import { type Server, type ServerUnaryCall, type ServerWritableStream, type sendUnaryData, status } from '@grpc/grpc-js'
import type { Messages } from '../protocol/generated/messages.ts'
import { decodeMessage, encodeMessage, type MessageName, type Sent } from '../protocol/message-codec.ts'
import type { ServiceTable } from '../protocol/tables.ts'

/** What answers the calls of a service: each with one message, or, where the protocol streams, with any number. */
export type Answers<M, Streamed extends keyof M = never> = {
  readonly [K in Exclude<keyof M, Streamed>]: M[K] extends { request: infer Q; response: infer R }
    ? (request: Q, signal: AbortSignal) => Promise<Sent<R>>
    : never
} & {
  readonly [K in Streamed]: M[K] extends { request: infer Q; response: infer R }
    ? (request: Q, signal: AbortSignal) => AsyncIterable<Sent<R>>
    : never
}

type Answer = (request: never, signal: AbortSignal) => Promise<object> | AsyncIterable<object>

export interface CallSettings {
  /** Aborted when calls shall stop. */
  readonly stopSignal: () => AbortSignal
  /** Told of a mistake of ours; answers may not throw for anything else. */
  readonly onMistake: (error: unknown, method: string) => void
}

type Call = ServerUnaryCall<unknown, object> | ServerWritableStream<unknown, object>

/** Registers what answers a service. Calls that nothing answers are told to be unimplemented. */
export function serveMethods<M extends string>(
  server: Server,
  service: ServiceTable<M, MessageName>,
  answers: { readonly [K in M]?: Answer },
  settings: CallSettings,
): void {
  for (const [method, answer] of Object.entries<Answer | undefined>(answers)) {
    const row = service.methods[method as M]
    if (answer === undefined) continue
    const ask = (call: Call): ReturnType<Answer> => answer(call.request as never, signalOf(call, settings))
    const fail = (error: unknown): { code: status; details: string } => {
      settings.onMistake(error, method)
      return { code: status.INTERNAL, details: `${method} could not be answered.` }
    }
    server.register<unknown, object>(
      `/${service.name}/${method}`,
      row.streams[1] ? answerStream(ask, fail) : answerOnce(ask, fail),
      (message) => encodeMessage(row.response, message as Sent<Messages[MessageName]>),
      (bytes) => decodeMessage(row.request, bytes),
      row.streams[1] ? (row.streams[0] ? 'bidi' : 'serverStream') : 'unary',
    )
  }
}

function signalOf(call: Call, { stopSignal }: CallSettings): AbortSignal {
  const cancelled = new AbortController()
  call.on('cancelled', () => cancelled.abort())
  return AbortSignal.any([cancelled.signal, stopSignal()])
}

type Ask = (call: Call) => ReturnType<Answer>
type Fail = (error: unknown) => { readonly code: status; readonly details: string }

function answerOnce(ask: Ask, fail: Fail) {
  return (call: ServerUnaryCall<unknown, object>, reply: sendUnaryData<object>): void => {
    const answer = async (): Promise<void> => reply(null, (await ask(call)) as object)
    answer().catch((error: unknown) => reply(fail(error)))
  }
}

function answerStream(ask: Ask, fail: Fail) {
  return (call: ServerWritableStream<unknown, object>): void => {
    writeAll(call, ask(call) as AsyncIterable<object>).catch((error: unknown) => {
      call.destroy(Object.assign(new Error('The stream was broken off.'), fail(error)))
    })
  }
}

async function writeAll(call: ServerWritableStream<unknown, object>, messages: AsyncIterable<object>): Promise<void> {
  for await (const message of messages) {
    if (call.cancelled) return
    if (!call.write(message)) await drained(call)
  }
  call.end()
}

/** Waits until more may be written, or nobody waits for it any more. */
function drained(call: ServerWritableStream<unknown, object>): Promise<void> {
  return new Promise((resolve) => {
    call.once('drain', resolve)
    call.once('cancelled', resolve)
  })
}
