import * as z from 'zod'
import { HiddenSecret } from '../../core/secret.ts'
import type { DesiredObject, LiveObject } from '../../core/webhook.ts'
import { readText, readTexts } from '../desired-fields.ts'
import { isText } from '../maybe-text.ts'
import { buildReceiver, type Receivers, readReceiver } from '../receiver-url.ts'

/** An endpoint as list and get answer it. */
export interface CaseyEndpoint {
  readonly id: string
  readonly url: string
  readonly description?: string | null | undefined
  readonly event_types: readonly string[]
  readonly enabled: boolean
  readonly created_at?: string | null | undefined
}

const Endpoint: z.ZodType<CaseyEndpoint> = z.object({
  id: z.string().min(1),
  url: z.string(),
  description: z.string().nullish(),
  event_types: z.array(z.string()),
  enabled: z.boolean(),
  created_at: z.string().nullish(),
})

/** One endpoint. */
export const CaseyEndpointAnswer: z.ZodType<{ readonly data: CaseyEndpoint }> = z.object({ data: Endpoint })

/** A page of endpoints; the vendor's other lists have pages, this one may get them. */
export interface CaseyEndpointList {
  readonly data: readonly CaseyEndpoint[]
  readonly pagination?:
    | { readonly has_more: boolean; readonly next_cursor?: string | null | undefined }
    | null
    | undefined
}

export const CaseyEndpointList: z.ZodType<CaseyEndpointList> = z.object({
  data: z.array(Endpoint),
  pagination: z
    .object({ has_more: z.boolean(), next_cursor: z.string().min(1).nullish() })
    .refine(
      ({ has_more: more, next_cursor: cursor }) => !more || typeof cursor === 'string',
      'more pages, but no cursor',
    )
    .nullish(),
})

/** What a create answers; only the id must be there, everything else is read again. */
export const CaseyCreated: z.ZodType<{
  readonly data: { readonly id: string; readonly secret?: string | null | undefined }
}> = z.object({ data: z.object({ id: z.string().min(1), secret: z.string().min(1).nullish() }) })

export const CaseySecret: z.ZodType<{ readonly data: { readonly secret: string } }> = z.object({
  data: z.object({ secret: z.string().min(1) }),
})

/** The answer to a test event: that it was sent says nothing of who took it. */
export const CaseyTest: z.ZodType<{ readonly data: { readonly success: true } }> = z.object({
  data: z.object({ success: z.literal(true) }),
})

/** Reads an endpoint into our field names. */
export function readEndpoint(answer: CaseyEndpoint, receivers: Receivers): LiveObject {
  const { id, url, description, event_types: events, enabled, created_at: createdAt } = answer
  return {
    id,
    part: '',
    scope: '',
    fields: {
      ...readReceiver(url, receivers),
      ...(isText(description) ? { description } : {}),
      events,
      enabled,
      signing_secret: new HiddenSecret('unreadable'),
    },
    ...(isText(createdAt) ? { createdAt } : {}),
  }
}

/** Makes the body of a create. */
export function renderCreate({ fields }: DesiredObject): Readonly<Record<string, unknown>> {
  const description = readText(fields, 'description')
  const events = readTexts(fields, 'events')
  return {
    url: buildReceiver(fields),
    ...(description === undefined ? {} : { description }),
    ...(events.length === 0 ? {} : { event_types: events }),
  }
}
