import { expect } from 'vitest'
import type { SecretSlot } from '../../src/core/secret.ts'
import type { DesiredValues } from '../../src/core/value.ts'
import type { Provider } from '../../src/providers/registry.ts'
import { sendblue } from '../../src/providers/sendblue/declaration.ts'
import type { SendblueSettings, SendblueWebhook, VendorSandbox } from '../../src/sandbox/index.ts'
import { type RequestWatch, watchRequests } from '../vendors/watch-requests.ts'
import { type Applied, type Declared, ManagedAccount, type RunOptions } from './managed-account.ts'
import { aSecret } from './open-account.ts'

export const provider: Provider = { definition: sendblue, load: () => import('../../src/providers/sendblue/api.ts') }

export const url = 'https://hooks.example.com/sendblue'
export const hook: DesiredValues & { readonly signing_secret: SecretSlot } = {
  url,
  events: ['receive', 'outbound'],
  signing_secret: aSecret('signing-secret-0123456789'),
}

/** What somebody else has put into the document. */
export const foreign: Readonly<Record<'plain' | 'signed' | 'lined' | 'labeled' | 'unknown', SendblueWebhook>> = {
  plain: { id: 'plain', type: 'receive', url: 'https://theirs.example.com/a' },
  signed: { id: 'signed', type: 'receive', url: 'https://theirs.example.com/b', secret: 'theirs-0123456789' },
  lined: { id: 'lined', type: 'receive', url: 'https://theirs.example.com/c', sendblue_numbers: ['+14155550199'] },
  labeled: { id: 'labeled', type: 'outbound', url: 'https://theirs.example.com/d', more: { label: 'theirs' } },
  unknown: { id: 'unknown', type: 'payment_sent', url: 'https://theirs.example.com/e', secret: 'also-theirs-012345' },
}

/** An account at the stand-in whose document others write to as well; its requests are watched. */
export class SendblueWorld extends ManagedAccount {
  readonly standIn: VendorSandbox<SendblueWebhook, SendblueSettings>
  readonly #watch: RequestWatch

  constructor(standIn: VendorSandbox<SendblueWebhook, SendblueSettings>) {
    super(provider, standIn)
    this.standIn = standIn
    this.#watch = watchRequests(standIn.baseUrl)
  }

  /** Ends the watch, and expects all requests to have been such as Sendblue documents. */
  close(): void {
    this.#watch.stop()
    expect(this.#watch.findings('sendblue')).toEqual([])
  }

  putForeign(): void {
    for (const webhook of Object.values(foreign)) this.standIn.webhooks.put({ form: 'object', ...webhook })
    this.standIn.configure({
      global_secret: 'global-secret-0123456789',
      types: ['receive', 'call_log', 'payment_sent'],
    })
  }

  expectForeign(): void {
    for (const { id: _, ...webhook } of Object.values(foreign)) {
      expect(this.standIn.webhooks.all()).toContainEqual(expect.objectContaining(webhook))
    }
    expect(this.standIn.settings.global_secret).toBe('global-secret-0123456789')
  }

  /** What the last apply wrote. */
  writes(): readonly (readonly [method: string, body: unknown])[] {
    return this.#watch.requests.filter(({ method }) => method !== 'GET').map(({ method, body }) => [method, body])
  }

  methods(): readonly string[] {
    return this.writes().map(([method]) => method)
  }

  override async apply(declared: Declared, options?: RunOptions): Promise<Applied> {
    this.#watch.clear()
    return await super.apply(declared, options)
  }

  /** Applies, and expects a plan to have nothing left to do. */
  async settle(declared: Declared, options?: RunOptions): Promise<Applied> {
    const applied = await this.apply(declared, options)
    expect(applied.outcome.failed).toEqual([])
    const { actions } = await this.plan(declared, options)
    expect(new Set(actions.map(({ kind }) => kind))).toEqual(new Set(['keep']))
    return applied
  }

  mine(): readonly Omit<SendblueWebhook, 'id'>[] {
    return this.standIn.webhooks
      .all()
      .filter((webhook) => webhook.url.startsWith('https://hooks.example.com/'))
      .map(({ id: _id, form: _form, ...rest }) => rest)
  }
}
