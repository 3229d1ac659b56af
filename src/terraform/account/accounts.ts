import type { ProviderDefinition } from '../../core/provider.ts'
import { readEach } from '../../schema/terraform-options.ts'
import type { CtyObject } from '../cty/value.ts'
import type { ProviderDiagnostic } from '../provider.ts'
import { type AccountSetup, type Environment, isOn, setUpAccount } from './account-setup.ts'
import type { VendorAccount } from './vendor-account.ts'

/** An account, or why there is none. */
export type AccountAnswer =
  | { readonly state: 'ready'; readonly account: VendorAccount }
  | { readonly state: 'unknown' | 'unusable'; readonly diagnostics: readonly ProviderDiagnostic[] }

export type OpenVendor = (
  definition: ProviderDefinition,
  setup: Extract<AccountSetup, { readonly state: 'ready' }>,
  readsEach: boolean,
) => VendorAccount

/** The accounts of one provider block, each opened when it is first needed. */
export class Accounts {
  readonly #definitions: readonly ProviderDefinition[]
  readonly #env: Environment
  readonly #open: OpenVendor
  #config: CtyObject = {}
  readonly #answers = new Map<string, AccountAnswer>()

  constructor(definitions: readonly ProviderDefinition[], env: Environment, open: OpenVendor) {
    this.#definitions = definitions
    this.#env = env
    this.#open = open
  }

  /** Takes in the provider block; tells what is wrong with the accounts that it names. */
  configure(config: CtyObject): readonly ProviderDiagnostic[] {
    this.#config = config
    this.#answers.clear()
    return this.#definitions.flatMap((definition) => {
      const setup = setUpAccount(definition, config, this.#env)
      return setup.state === 'unusable' && setup.isConfigured ? setup.diagnostics : []
    })
  }

  of(definition: ProviderDefinition): AccountAnswer {
    const known = this.#answers.get(definition.type)
    if (known !== undefined) return known
    const answer = this.#answer(definition)
    this.#answers.set(definition.type, answer)
    return answer
  }

  #answer(definition: ProviderDefinition): AccountAnswer {
    const setup = setUpAccount(definition, this.#config, this.#env)
    if (setup.state !== 'ready') return setup
    const readsEach = this.#config[readEach] === true || isOn(this.#env, 'HOOKS_SYNC_READ_EACH_WEBHOOK')
    return { state: 'ready', account: this.#open(definition, setup, readsEach) }
  }

  async close(): Promise<void> {
    const answers = [...this.#answers.values()]
    await Promise.all(answers.flatMap((answer) => (answer.state === 'ready' ? [answer.account.close()] : [])))
  }
}
