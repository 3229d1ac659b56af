import { isJsonObject, jsonAnswer } from './answer.ts'
import { parseFault } from './fault.ts'
import { findRoute } from './routing.ts'
import type { Answer } from './stand-in.ts'
import { parseAccountState } from './state-file.ts'
import type { SwitchSpec } from './switches.ts'
import type { Vendor } from './vendor.ts'

type ControlHandle = (vendor: Vendor, body: unknown, params: Readonly<Record<string, string>>) => unknown

interface ControlRoute {
  readonly method: string
  readonly path: string
  readonly handle: ControlHandle
}

const routes: readonly ControlRoute[] = [
  { method: 'GET', path: '/_sandbox/:vendor', handle: describeVendor },
  { method: 'GET', path: '/_sandbox/:vendor/log', handle: (vendor) => vendor.log },
  { method: 'DELETE', path: '/_sandbox/:vendor/log', handle: (vendor) => vendor.clearLog() },
  { method: 'POST', path: '/_sandbox/:vendor/faults', handle: addFaults },
  { method: 'DELETE', path: '/_sandbox/:vendor/faults', handle: (vendor) => vendor.clearFaults() },
  { method: 'GET', path: '/_sandbox/:vendor/switches', handle: (vendor) => vendor.switches },
  { method: 'PUT', path: '/_sandbox/:vendor/switches', handle: setSwitches },
  { method: 'GET', path: '/_sandbox/:vendor/state', handle: (vendor) => vendor.state },
  { method: 'PUT', path: '/_sandbox/:vendor/state', handle: putState },
  {
    method: 'POST',
    path: '/_sandbox/:vendor/controls/:control',
    handle: (vendor, body, params) => vendor.control(params.control ?? '', body),
  },
]

/** Answers a request to `/_sandbox`: the way in for people, scripts and the command line. */
export function answerControl(
  vendors: ReadonlyMap<string, Vendor>,
  request: { readonly method: string; readonly path: string; readonly text: string },
): Answer {
  try {
    if (request.path === '/_sandbox' && request.method === 'GET') return jsonAnswer(200, describeAll(vendors))
    const routing = findRoute(routes, request.method, request.path)
    if (routing.kind === 'missing') return refuse(routing.allowed.length > 0 ? 405 : 404, 'There is no such control.')
    const vendor = vendors.get(routing.params.vendor ?? '')
    if (vendor === undefined) return refuse(404, `This sandbox runs: ${[...vendors.keys()].join(', ')}.`)
    return jsonAnswer(200, routing.route.handle(vendor, parseBody(request.text), routing.params) ?? {})
  } catch (error) {
    return refuse(400, error instanceof Error ? error.message : String(error))
  }
}

function refuse(status: number, message: string): Answer {
  return jsonAnswer(status, { error: { message } })
}

function parseBody(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error('The body is not JSON.', { cause })
  }
}

function describeAll(vendors: ReadonlyMap<string, Vendor>): unknown {
  return { vendors: Object.fromEntries([...vendors].map(([name, vendor]) => [name, describeVendor(vendor)])) }
}

function describeVendor(vendor: Vendor): unknown {
  const describeSwitch = ([name, spec]: readonly [string, SwitchSpec]): readonly [string, unknown] => [
    name,
    { value: vendor.switches[name], ...spec },
  ]
  return {
    base_url: vendor.baseUrl,
    credentials: vendor.credentials,
    live: vendor.webhooks.live,
    controls: Object.keys(vendor.standIn.controls ?? {}),
    switches: Object.fromEntries(Object.entries(vendor.switchboard.specs).map(describeSwitch)),
  }
}

function addFaults(vendor: Vendor, body: unknown): unknown {
  const faults = (Array.isArray(body) ? body : [body]).map(parseFault)
  for (const fault of faults) vendor.fault(fault)
  return { added: faults.length }
}

function setSwitches(vendor: Vendor, body: unknown): unknown {
  if (!isJsonObject(body)) throw new Error('Switches are an object of names and values.')
  for (const [name, value] of Object.entries(body)) vendor.switchboard.set(name, value)
  return vendor.switches
}

function putState(vendor: Vendor, body: unknown): unknown {
  vendor.load(parseAccountState(body, 'The body'))
  return vendor.state
}
