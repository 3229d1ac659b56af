import { readAccount } from '../../config/read-account.ts'
import type { CtyObject } from '../cty/value.ts'
import { tell } from '../diagnostics.ts'
import { AttributeFindings, makeReading } from '../findings/attribute-findings.ts'
import type { EngineFacts, Findings, ProviderDiagnostic } from '../provider.ts'
import { attributePath, plainConfig, unknownFields } from '../resource/plain-config.ts'
import { checkSecrets, checkTimeouts } from '../resource/validate-webhook.ts'
import type { SharedType } from './shared-type.ts'

/** Checks the values of an account by the rules that hold for the files of the command line. */
export function validateShared(type: SharedType, config: CtyObject, engine: EngineFacts): Findings {
  const { fields } = type.definition
  return {
    diagnostics: [...checkSecrets(fields, config, engine, []), ...checkValues(type, config), ...checkTimeouts(config)],
  }
}

/** The account around the values is that of the provider block, which is checked there. */
function checkValues({ vendor, definition: { fields } }: SharedType, config: CtyObject): readonly ProviderDiagnostic[] {
  const findings = new AttributeFindings()
  const value = { type: vendor.type, ...plainConfig(fields, config) }
  readAccount(vendor.type, value, vendor, makeReading(vendor, findings, false))
  const unknown = unknownFields(fields, config)
  return findings.found.flatMap(({ path, ...found }) => {
    const steps = path.slice(2)
    const name = String(steps[0])
    if (!Object.hasOwn(fields, name) || unknown.has(name)) return []
    return [tell(found, { path: attributePath(fields, config, steps) })]
  })
}
