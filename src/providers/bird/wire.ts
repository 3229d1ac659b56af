import * as z from 'zod'
import { HiddenSecret } from '../../core/secret.ts'
import type { DesiredValue, DesiredValues } from '../../core/value.ts'
import type { DesiredObject, LiveObject } from '../../core/webhook.ts'
import { isRecord, readSecret, readText } from '../desired-fields.ts'
import { readLiveSecret } from '../live-secret.ts'
import { isText, type MaybeText } from '../maybe-text.ts'
import { buildReceiver, type Receivers, readReceiver } from '../receiver-url.ts'

interface BirdFilter {
  readonly key: string
  readonly value: string
}

/** A subscription as create, get, list and update answer it. */
export interface BirdSubscription {
  readonly id: string
  readonly service: string
  readonly event: string
  readonly url: string
  readonly status: string
  readonly eventFilters?: readonly BirdFilter[] | null | undefined
  readonly template?: MaybeText
  readonly signingKey?: MaybeText
  readonly statusReason?: MaybeText
  readonly statusDetails?: MaybeText
  readonly createdAt?: MaybeText
  readonly updatedAt?: MaybeText
}

export const BirdSubscription: z.ZodType<BirdSubscription> = z.object({
  id: z.string().min(1),
  service: z.string().min(1),
  event: z.string().min(1),
  url: z.string(),
  status: z.string(),
  eventFilters: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
  template: z.string().nullish(),
  signingKey: z.string().nullish(),
  // The page speaks of an explanation of the status and does not show its name; it may be no text.
  statusReason: z.string().nullish().catch(undefined),
  statusDetails: z.string().nullish().catch(undefined),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
})

/** A page of subscriptions. */
export interface BirdPage {
  readonly results: readonly BirdSubscription[]
  readonly nextPageToken?: MaybeText
}

export const BirdPage: z.ZodType<BirdPage> = z.object({
  results: z.array(BirdSubscription),
  nextPageToken: z.string().nullish(),
})

/** What a create answers; only the id must be there, everything else is read again. */
export const BirdCreated: z.ZodType<{ readonly id: string }> = z.object({ id: z.string().min(1) })

/** What a change answers, as far as it is looked at. */
export const BirdChanged: z.ZodType<{ readonly eventFilters?: readonly unknown[] | null | undefined }> = z.object({
  eventFilters: z.array(z.unknown()).nullish(),
})

/** Reads a subscription into our field names. */
export function readSubscription(answer: BirdSubscription, receivers: Receivers): LiveObject {
  const { id, event, service, status, eventFilters: filters, template, createdAt, updatedAt } = answer
  const key = readLiveSecret(answer.signingKey)
  const reason = explainStatus(answer)
  return {
    id,
    part: event,
    scope: '',
    fields: {
      service,
      events: [event],
      ...readReceiver(answer.url, receivers),
      ...(isEmpty(filters) ? {} : { filters: filters.map((filter) => ({ key: filter.key, value: filter.value })) }),
      // Some answers leave it out, so absent tells nothing.
      template: isText(template) ? template : new HiddenSecret('unreadable'),
      ...(key === undefined ? {} : { signing_secret: key }),
      enabled: status === 'active',
    },
    ...(isText(createdAt) ? { createdAt } : {}),
    ...(isText(updatedAt) ? { updatedAt } : {}),
    ...(reason === undefined ? {} : { statusReason: reason }),
  }
}

/** A status that no page names is told, so that nobody wonders why the webhook counts as switched off. */
function explainStatus({ status, statusReason, statusDetails }: BirdSubscription): string | undefined {
  const known = status === 'active' || status === 'inactive' ? [] : [`status "${status}"`]
  const texts = [...known, statusReason, statusDetails].filter(isText)
  return texts.length === 0 ? undefined : texts.join(': ')
}

type WireName = 'url' | 'eventFilters' | 'template' | 'signingKey' | 'status'

const wireNames: Readonly<Record<string, WireName>> = {
  url: 'url',
  url_params: 'url',
  filters: 'eventFilters',
  template: 'template',
  signing_secret: 'signingKey',
  enabled: 'status',
}

/** What to send under each wire name; undefined where nothing is declared. */
const render: Readonly<Record<WireName, (fields: DesiredValues) => unknown>> = {
  url: buildReceiver,
  eventFilters: readFilters,
  template: (fields) => readText(fields, 'template'),
  signingKey: (fields) => readSecret(fields, 'signing_secret'),
  status: ({ enabled }) => (enabled === false ? 'inactive' : 'active'),
}

/** Makes the body of a create; the status is none of its members. */
export function renderCreate({ part, fields }: DesiredObject): Readonly<Record<string, unknown>> {
  const names = ['url', 'eventFilters', 'template', 'signingKey'] as const
  const wire = names.map((name) => [name, render[name](fields)] as const).filter(([, value]) => value !== undefined)
  return { service: readText(fields, 'service'), event: part, ...Object.fromEntries(wire) }
}

/** Makes the body of an update that changes just these fields of ours; filters that are gone are cleared with null. */
export function renderUpdate({ fields }: DesiredObject, paths: readonly string[]): Readonly<Record<string, unknown>> {
  const names = [...new Set(paths.map(wireName))]
  return Object.fromEntries(names.map((name) => [name, render[name](fields) ?? null]))
}

function wireName(path: string): WireName {
  const name = wireNames[path]
  if (name === undefined) throw new TypeError(`Bird cannot change ${path} in place.`)
  return name
}

function readFilters({ filters }: DesiredValues): readonly BirdFilter[] | undefined {
  if (!Array.isArray(filters) || filters.length === 0) return undefined
  return filters.map((filter: DesiredValue) => {
    const fields = isRecord(filter) ? filter : {}
    return { key: readText(fields, 'key') ?? '', value: readText(fields, 'value') ?? '' }
  })
}

function isEmpty(filters: readonly BirdFilter[] | null | undefined): filters is null | undefined {
  return filters === undefined || filters === null || filters.length === 0
}
