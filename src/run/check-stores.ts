import type { LoadedProject } from '../config/project.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { checkSettings } from '../secrets/check-settings.ts'

/** Finds stores whose settings cannot be right, also where no reference leads to them yet. */
export async function checkStores({ stores }: LoadedProject): Promise<readonly Diagnostic[]> {
  const found = await Promise.all(
    stores.map(async (store): Promise<Diagnostic | undefined> => {
      const fault = await checkSettings(store)
      if (fault === undefined) return undefined
      const { message, hint } = fault
      return { code: 'HS2006', severity: 'error', message, hint, ...(store.at === undefined ? {} : { at: store.at }) }
    }),
  )
  return found.filter((one) => one !== undefined)
}
