import { jsonAnswer } from './answer.ts'
import type { Answer, Call } from './stand-in.ts'

export interface BirdFilter {
  readonly key: string
  readonly value: string
}

/** A subscription of Bird as the vendor keeps it. */
export interface BirdWebhook {
  readonly id: string
  readonly workspaceId: string
  readonly service: string
  readonly event: string
  readonly eventFilters: readonly BirdFilter[]
  readonly template?: string
  readonly url: string
  readonly signingKey?: string
  readonly status: string
  readonly statusReason: string
  readonly createdAt: string
  readonly updatedAt: string
}

type BirdAction = 'View' | 'Create' | 'Update' | 'Delete'

interface BirdKey {
  readonly access_key: string
  readonly actions: readonly BirdAction[]
  readonly workspaces: readonly string[]
}

export interface BirdSettings {
  readonly keys: readonly BirdKey[]
  readonly organization_id: string
}

export type BirdCall = Call<BirdWebhook, BirdSettings>

interface BirdFault {
  readonly message?: string
  readonly code?: string
  /** Reasons by the path of a field. */
  readonly details?: Readonly<Record<string, readonly string[]>>
}

const malformed = ['InvalidPayload', 'One or more fields provided in the request body are malformed'] as const

const usual: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['InvalidRequest', 'The HTTP request is invalid'],
  401: ['Unauthorized', 'The access key is missing or unknown'],
  403: ['Forbidden', 'The access key does not allow this'],
  404: ['NotFound', 'The resource was not found'],
  405: ['MethodNotAllowed', 'The resource does not have this method'],
  409: ['Conflict', 'The request conflicts with what exists'],
  422: malformed,
  429: ['TooManyRequests', 'The rate limit was exceeded'],
}

/** Makes an error of Bird. */
export function birdFailure(status: number, fault: BirdFault = {}): Answer {
  const [usualCode, usualMessage] = usual[status] ?? ['InternalError', 'Something went wrong']
  const { code = usualCode, message = usualMessage, details } = fault
  return jsonAnswer(status, { code, message, ...(details === undefined ? {} : { details }) })
}

/** Refuses a body for one field. */
export function refuseField({ switches }: BirdCall, path: string, reason: string): Answer {
  const [code, message] = malformed
  return birdFailure(Number(switches.validation_status), { code, message, details: { [path]: [reason] } })
}

const actions: Readonly<Record<string, BirdAction>> = {
  GET: 'View',
  HEAD: 'View',
  OPTIONS: 'View',
  POST: 'Create',
  PUT: 'Update',
  PATCH: 'Update',
  DELETE: 'Delete',
}

/** Refuses a request without a known key, outside its workspaces or actions, or above the rate of the workspace. */
export function authorizeBird(call: BirdCall): Answer | undefined {
  const { account, headers, method, path, switches } = call
  const [, given] = /^AccessKey (\S+)$/i.exec(headers.authorization ?? '') ?? []
  const key = account.settings.keys.find(({ access_key }) => access_key === given)
  if (key === undefined) return birdFailure(401)
  const [, organization, workspace] = /^(?:\/organizations\/([^/]+))?\/workspaces\/([^/]+)/.exec(path) ?? []
  const isForeign =
    (organization !== undefined && organization !== account.settings.organization_id) ||
    (workspace !== undefined && !key.workspaces.includes(workspace))
  if (isForeign) return birdFailure(Number(switches.foreign_workspace))
  if (!key.actions.some((action) => action === actions[method])) return birdFailure(403)
  return refuseAboveRate(call, workspace ?? '')
}

function refuseAboveRate(call: BirdCall, workspace: string): Answer | undefined {
  const kind = call.method === 'GET' ? 'reads' : 'writes'
  const perSecond = Number(call.switches[`${kind}_per_second`])
  if (perSecond === 0 || call.take(`${workspace} ${kind}`, perSecond, Math.max(1, perSecond))) return undefined
  return birdFailure(429)
}
