import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jsonAnswer } from './answer.ts'
import { answerControl } from './control.ts'
import { readText, sendReply } from './server.ts'
import type { Answer } from './stand-in.ts'
import { type SandboxVendors, standIns } from './stand-ins.ts'
import { readState, StateWriter } from './state-file.ts'
import type { SwitchValue } from './switches.ts'
import { Vendor } from './vendor.ts'

export interface SandboxOptions {
  /** All stand-ins when absent. */
  readonly vendors?: readonly string[]
  /** A free port when absent or 0. */
  readonly port?: number
  /** A JSON file: read at the start, written after each change. */
  readonly state?: string
  readonly latencyMs?: number
  /** Per vendor: how the unknowns of its fact sheet behave. */
  readonly switches?: Readonly<Record<string, Readonly<Record<string, SwitchValue>>>>
  /** Per vendor: what its account holds besides webhooks (apps, keys, …); a state file wins. */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly vendors: SandboxVendors
  close(): Promise<void>
}

/** Starts the stand-ins of vendor APIs on one local server. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const chosen = chooseStandIns(options.vendors)
  const saved = options.state === undefined ? {} : await readState(options.state)
  // Longer than a client may sleep: one that is about to send again must not find its connection closed.
  const server = createServer({ keepAliveTimeout: 60_000 })
  await listen(server, options.port ?? 0)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const storage = makeStorage(options.state, () => ({ ...saved, ...statesOf(vendors) }))
  const vendors = new Map(chosen.map((standIn) => [standIn.name, new Vendor(standIn, url, storage.touch)]))
  try {
    for (const [name, vendor] of vendors) prepare(vendor, options, saved[name])
    checkNames(vendors, options)
    await storage.settled()
  } catch (error) {
    server.close()
    throw error
  }
  server.on('request', (request, response) => {
    void serve(vendors, request, response, storage.settled)
  })
  return { url, vendors: Object.fromEntries(vendors) as unknown as SandboxVendors, close: () => close(server, storage) }
}

interface Storage {
  readonly touch: () => void
  /** Resolves when all changes so far are written. */
  readonly settled: () => Promise<void>
}

function makeStorage(path: string | undefined, state: ConstructorParameters<typeof StateWriter>[1]): Storage {
  if (path === undefined) return { touch: () => undefined, settled: async () => undefined }
  const writer = new StateWriter(path, state)
  let isTouched = true
  // Nothing is written before the first `settled`: a start that fails half-way must leave the file alone.
  let pending: Promise<void> | undefined
  const settled = (): Promise<void> => {
    if (isTouched || pending === undefined) {
      isTouched = false
      pending = writer.save()
    }
    return pending
  }
  return {
    settled,
    touch: () => {
      isTouched = true
      if (pending === undefined) return
      // A change from outside a request has nobody who waits for it; the next `settled` reports a failure.
      queueMicrotask(() => void settled().catch(() => undefined))
    },
  }
}

function chooseStandIns(names: readonly string[] | undefined): typeof standIns {
  if (names === undefined) return standIns
  const unknown = names.filter((name) => !standIns.some((standIn) => standIn.name === name))
  if (unknown.length > 0) {
    throw new Error(
      `The sandbox has no vendor "${unknown.join('", "')}". It has: ${standIns.map(({ name }) => name).join(', ')}.`,
    )
  }
  return standIns.filter(({ name }) => names.includes(name))
}

function prepare(
  vendor: Vendor,
  options: SandboxOptions,
  saved: { readonly webhooks: readonly { id: string }[]; readonly settings: object } | undefined,
): void {
  const { name } = vendor.standIn
  if (options.latencyMs !== undefined) vendor.setSwitch('latency_ms', options.latencyMs)
  for (const [key, value] of Object.entries(options.switches?.[name] ?? {})) vendor.setSwitch(key, value)
  vendor.configure(checkSettings(vendor, options.settings?.[name] ?? {}))
  if (saved !== undefined) vendor.load({ webhooks: saved.webhooks, settings: { ...saved.settings } })
}

function checkSettings(vendor: Vendor, given: Readonly<Record<string, unknown>>): object {
  const known = Object.keys(vendor.standIn.settings)
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown === undefined) return given
  throw new Error(`The ${vendor.standIn.name} stand-in has no setting "${unknown}". It has: ${known.join(', ')}.`)
}

function checkNames(vendors: ReadonlyMap<string, Vendor>, options: SandboxOptions): void {
  for (const name of [...Object.keys(options.switches ?? {}), ...Object.keys(options.settings ?? {})]) {
    if (!vendors.has(name)) throw new Error(`Options name the vendor "${name}", which this sandbox does not run.`)
  }
}

function statesOf(vendors: ReadonlyMap<string, Vendor>): Record<string, Vendor['state']> {
  return Object.fromEntries([...vendors].map(([name, vendor]) => [name, vendor.state]))
}

async function serve(
  vendors: ReadonlyMap<string, Vendor>,
  request: IncomingMessage,
  response: ServerResponse,
  settled: () => Promise<void>,
): Promise<void> {
  try {
    const text = await readText(request)
    if (text === undefined) return sendPlain(response, jsonAnswer(413, { error: { message: 'The body is too long.' } }))
    await dispatch(vendors, request, response, text, settled)
  } catch (error) {
    // The client went away while sending, or the state file cannot be written.
    if (response.headersSent || response.destroyed) return
    sendPlain(response, jsonAnswer(500, { error: { message: error instanceof Error ? error.message : String(error) } }))
  }
}

async function dispatch(
  vendors: ReadonlyMap<string, Vendor>,
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
  settled: () => Promise<void>,
): Promise<void> {
  const { method = 'GET', url = '/' } = request
  const [path = '/', ...rest] = url.split('?')
  const query = rest.length === 0 ? '' : `?${rest.join('?')}`
  if (path === '/_sandbox' || path.startsWith('/_sandbox/')) {
    const answer = isLocal(request) ? answerControl(vendors, { method, path, text }) : jsonAnswer(403, {})
    await settled()
    return sendPlain(response, answer)
  }
  const [, name = ''] = path.split('/')
  const vendor = vendors.get(name)
  if (vendor === undefined) return sendPlain(response, jsonAnswer(404, unknownVendor(vendors)))
  const call = { method, path: path.slice(name.length + 1), query, headers: request.headers, text }
  const { reply, requestId } = await vendor.handle(call)
  await settled()
  sendReply(response, reply, requestId)
}

// A page in a browser may resolve its own name to 127.0.0.1 and would then read signing secrets.
function isLocal({ headers }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '')
}

function unknownVendor(vendors: ReadonlyMap<string, Vendor>): unknown {
  return {
    error: { message: `The sandbox serves ${[...vendors.keys()].map((name) => `/${name}`).join(', ')} and /_sandbox.` },
  }
}

function sendPlain(response: ServerResponse, answer: Answer): void {
  sendReply(response, { kind: 'answer', answer }, 'sandbox')
}

function listen(server: Server, port: number): Promise<void> {
  // Clients keep idle connections longer than Node's 5 s and would meet a reset that no vendor sent.
  server.keepAliveTimeout = 60_000
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function close(server: Server, storage: Storage): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeAllConnections()
  await closed
  await storage.settled()
}
