import * as z from 'zod'
import type { DesiredValues, LiveValue, LiveValues } from '../../core/value.ts'
import type { DesiredObject, LiveObject } from '../../core/webhook.ts'
import { readRecord, readSecret, readText, readTexts } from '../desired-fields.ts'
import { readLiveSecret } from '../live-secret.ts'
import { isText, type MaybeText } from '../maybe-text.ts'
import { buildReceiver, type Receivers, readReceiver } from '../receiver-url.ts'
import { triggerAliases } from './declaration.ts'

interface SinchClientCredentials {
  readonly client_id?: MaybeText
  readonly client_secret?: MaybeText
  readonly endpoint?: MaybeText
  readonly scope?: MaybeText
  readonly response_type?: MaybeText
  readonly token_request_type?: MaybeText
}

/** A webhook as create, get, list and update answer it. */
export interface SinchWebhook {
  readonly id: string
  readonly target: string
  readonly target_type?: MaybeText
  readonly triggers?: readonly string[] | null | undefined
  readonly secret?: MaybeText
  readonly client_credentials?: SinchClientCredentials | null | undefined
}

export const SinchWebhook: z.ZodType<SinchWebhook> = z.object({
  id: z.string().min(1),
  target: z.string(),
  target_type: z.string().nullish(),
  triggers: z.array(z.string()).nullish(),
  secret: z.string().nullish(),
  client_credentials: z
    .object({
      client_id: z.string().nullish(),
      client_secret: z.string().nullish(),
      endpoint: z.string().nullish(),
      scope: z.string().nullish(),
      response_type: z.string().nullish(),
      token_request_type: z.string().nullish(),
    })
    .nullish(),
})

/** The webhooks of one app. */
export const SinchWebhookList: z.ZodType<{ readonly webhooks: readonly SinchWebhook[] }> = z.preprocess(
  emptyAs('webhooks'),
  z.object({ webhooks: z.array(SinchWebhook) }),
)

/** The apps of a project. */
export const SinchAppList: z.ZodType<{ readonly apps: readonly { readonly id: string }[] }> = z.preprocess(
  emptyAs('apps'),
  z.object({ apps: z.array(z.object({ id: z.string().min(1) })) }),
)

/** Sinch answers `{}` where there is none; any other object without the list is not a list. */
function emptyAs(name: string): (answer: unknown) => unknown {
  return (answer) => (JSON.stringify(answer) === '{}' ? { [name]: [] } : answer)
}

/** Reads a Sinch webhook into our field names. */
export function readWebhook(answer: SinchWebhook, appId: string, receivers: Receivers): LiveObject {
  const secret = readLiveSecret(answer.secret)
  const credentials = readCredentials(answer.client_credentials)
  return {
    id: answer.id,
    part: '',
    scope: appId,
    fields: {
      app_id: appId,
      ...readReceiver(answer.target, receivers),
      events: answer.triggers ?? [],
      ...(isText(answer.target_type) ? { enabled: answer.target_type === 'HTTP' } : {}),
      ...(secret === undefined ? {} : { signing_secret: secret }),
      ...(credentials === undefined ? {} : { client_credentials: credentials }),
    },
  }
}

function readCredentials(answer: SinchWebhook['client_credentials']): LiveValues | undefined {
  if (answer === undefined || answer === null) return undefined
  const { client_id: id, client_secret: secret, endpoint, scope, response_type: responseType } = answer
  if (!isText(id) && !isText(endpoint)) return undefined
  const fields: Record<string, LiveValue | undefined> = {
    client_id: isText(id) ? id : undefined,
    client_secret: readLiveSecret(secret),
    endpoint: isText(endpoint) ? endpoint : undefined,
    scope: isText(scope) ? scope : undefined,
    response_type: isText(responseType) ? responseType : undefined,
    // Sinch takes everything it does not know for BASIC.
    token_request_type: answer.token_request_type === 'FORM' ? 'FORM' : 'BASIC',
  }
  return withoutAbsent(fields)
}

type WireName = 'target' | 'target_type' | 'triggers' | 'secret' | 'client_credentials'

const wireNames: Readonly<Record<string, WireName>> = {
  url: 'target',
  url_params: 'target',
  events: 'triggers',
  enabled: 'target_type',
  signing_secret: 'secret',
  client_credentials: 'client_credentials',
}

/** What to send under each wire name; undefined where nothing is declared. */
const render: Readonly<Record<WireName, (fields: DesiredValues) => unknown>> = {
  target: buildReceiver,
  // Vendor pages disagree on the default, so it is always sent.
  target_type: (fields) => (fields['enabled'] === false ? 'DISMISS' : 'HTTP'),
  triggers: (fields) => readTexts(fields, 'events').map((event) => triggerAliases[event] ?? event),
  secret: (fields) => readSecret(fields, 'signing_secret'),
  client_credentials: (fields) => renderCredentials(readRecord(fields, 'client_credentials')),
}

/** What to send in place of a declared `null`. */
const cleared: Readonly<Partial<Record<WireName, unknown>>> = { secret: '', client_credentials: null }

/** Makes the body of a create. */
export function renderCreate(object: DesiredObject): Readonly<Record<string, unknown>> {
  const wire = Object.entries(render).map(([name, value]) => [name, value(object.fields)] as const)
  return { app_id: object.scope, ...withoutAbsent(Object.fromEntries(wire)) }
}

/** Makes mask and body of an update that changes just these fields of ours. */
export function renderUpdate(object: DesiredObject, paths: readonly string[]): SinchUpdate {
  const mask = [...new Set(paths.map(wireName))]
  // Sinch requires `target` in every body; outside the mask it changes nothing.
  const names = new Set<WireName>(['target', ...mask])
  const wire = [...names].map((name) => [name, render[name](object.fields) ?? cleared[name]] as const)
  return { mask, body: Object.fromEntries(wire) }
}

interface SinchUpdate {
  readonly mask: readonly WireName[]
  readonly body: Readonly<Record<string, unknown>>
}

function wireName(path: string): WireName {
  const name = wireNames[path]
  if (name === undefined) throw new TypeError(`Sinch cannot change ${path} in place.`)
  return name
}

function renderCredentials(fields: DesiredValues | undefined): Readonly<Record<string, unknown>> | undefined {
  if (fields === undefined) return undefined
  return withoutAbsent({
    client_id: readText(fields, 'client_id'),
    client_secret: readSecret(fields, 'client_secret'),
    endpoint: readText(fields, 'endpoint'),
    scope: readText(fields, 'scope'),
    response_type: readText(fields, 'response_type'),
    token_request_type: readText(fields, 'token_request_type'),
  })
}

function withoutAbsent<T>(values: Readonly<Record<string, T | undefined>>): Readonly<Record<string, T>> {
  const present = Object.entries(values).filter((entry): entry is [string, T] => entry[1] !== undefined)
  return Object.fromEntries(present)
}
