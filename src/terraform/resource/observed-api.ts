import type { ProviderApi, StepResult } from '../../core/provider.ts'
import type { Step } from '../../core/step.ts'
import type { LiveAccount, LiveObject } from '../../core/webhook.ts'
import { eitherOf } from './deadline.ts'

/** Stands between the engine and a vendor, and remembers how each object looked last, so that it is not read again. */
export class ObservedApi implements ProviderApi {
  readonly seen: Map<string, LiveObject> = new Map()
  /** Whether anything was sent that writes. */
  wrote = false
  readonly #api: ProviderApi
  readonly #deadline: AbortSignal | undefined
  readonly reread?: NonNullable<ProviderApi['reread']>

  constructor(api: ProviderApi, deadline: AbortSignal | undefined) {
    this.#api = api
    this.#deadline = deadline
    if (api.reread !== undefined) {
      this.reread = async (objects, signal) => this.#note((await api.reread?.(objects, signal)) ?? [])
    }
  }

  async list(scopes: readonly string[] | 'all', signal?: AbortSignal): Promise<LiveAccount> {
    const live = await this.#api.list(scopes, signal)
    this.#note(live.objects)
    return live
  }

  execute(step: Step, signal?: AbortSignal): Promise<StepResult> {
    this.wrote = true
    return this.#api.execute(step, signal === undefined ? this.#deadline : eitherOf(signal, this.#deadline))
  }

  /** It is the account's to close. */
  async close(): Promise<void> {}

  #note(objects: readonly LiveObject[]): readonly LiveObject[] {
    for (const object of objects) this.seen.set(object.id, object)
    return objects
  }
}
