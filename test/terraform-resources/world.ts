import type { VendorSandbox } from '../../src/sandbox/index.ts'
import type { ProviderOptions } from '../../src/terraform/open-provider.ts'
import { Engine, type EngineOptions } from './engine.ts'
import { complete } from './value-rules.ts'
import { type VendorCase, vendorCases } from './vendors.ts'

/** Settling times are a vendor's; nobody has to sit them out here, and no machine is too slow for a time limit. */
export const patient: Required<Pick<ProviderOptions, 'clock'>> = {
  clock: { now: Date.now, wait: () => Promise.resolve(), limit: () => new AbortController().signal },
}

/** Finds what the tests know of a vendor. */
export function caseOf(type: string): VendorCase {
  const found = vendorCases.find((one) => one.type === type)
  if (found === undefined) throw new Error(`There is no case of ${type}.`)
  return found
}

/** Makes an engine that manages webhooks of one vendor at its stand-in. */
export function engineOf(type: string, standIn: VendorSandbox, options: Partial<EngineOptions> = {}): Engine {
  const { account } = caseOf(type)
  return new Engine({
    resource: `hooks_${type}_webhook`,
    provider: { [type]: account(standIn) },
    options: patient,
    ...options,
  })
}

/** Lists the calls that wrote something. */
export function writesOf(standIn: VendorSandbox): readonly string[] {
  const calls = standIn.log.filter(({ method, path }) => method !== 'GET' && !path.includes('/oauth2/'))
  return calls.map(({ method, path }) => `${method} ${path}`)
}

/** Reads the id of the first webhook as somebody sees it who knows nothing of it. */
export async function seenId(type: string, standIn: VendorSandbox): Promise<string> {
  return await engineOf(type, standIn).walk(async ({ dataSources, schema }) => {
    const name = `hooks_${type}_webhooks`
    const filters = complete(schema.dataSources[name]?.attributes ?? {}, {})
    const read = await dataSources[name]?.read(filters, new AbortController().signal)
    const [found] = (read?.state?.['webhooks'] ?? []) as readonly { readonly id: string }[]
    return found?.id ?? ''
  })
}

/** Lists what findings say first. */
export function summaries(diagnostics: readonly { readonly summary: string }[]): readonly string[] {
  return diagnostics.map(({ summary }) => summary)
}
