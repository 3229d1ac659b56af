import { readWebhook } from '../../config/read-webhook.ts'
import type { Fields } from '../../core/field.ts'
import { isChosenSecret, secretNames } from '../../schema/terraform-secrets.ts'
import { type CtyObject, type CtyValue, isObject } from '../cty/value.ts'
import { fault, tell } from '../diagnostics.ts'
import { AttributeFindings, makeReading } from '../findings/attribute-findings.ts'
import type { EngineFacts, Findings, PathStep, ProviderDiagnostic } from '../provider.ts'
import { readDuration } from './deadline.ts'
import { attributePath, plainConfig, unknownFields } from './plain-config.ts'
import { webhookFile, webhookKey } from './replacing.ts'
import type { WebhookType } from './webhook-type.ts'

/** Checks a configuration by the rules that hold for the files of the command line; what is not known yet is passed over. */
export function validateWebhook(type: WebhookType, config: CtyObject, engine: EngineFacts): Findings {
  const { fields } = type.definition
  return {
    diagnostics: [
      ...checkSecrets(fields, config, engine, []),
      ...checkDeclaration(type, config),
      ...checkReceiver(config),
      ...checkTimeouts(config),
    ],
  }
}

function checkDeclaration(
  { definition, allowUnknownEvents }: WebhookType,
  config: CtyObject,
): readonly ProviderDiagnostic[] {
  const findings = new AttributeFindings()
  const source = {
    provider: definition.type,
    key: webhookKey,
    value: plainConfig(definition.fields, config),
    file: webhookFile,
    definition,
  }
  readWebhook(source, makeReading(definition, findings, allowUnknownEvents))
  const unknown = unknownFields(definition.fields, config)
  return findings.found.flatMap(({ path, ...found }) => {
    const steps = path.slice(4)
    if (unknown.has(String(steps[0]))) return []
    return [tell(found, { path: attributePath(definition.fields, config, steps) })]
  })
}

/** Checks that each secret is given once, and in a way that the engine knows. */
export function checkSecrets(
  declarations: Fields,
  block: CtyObject,
  engine: EngineFacts,
  above: readonly PathStep[],
): readonly ProviderDiagnostic[] {
  return Object.entries(declarations).flatMap(([name, field]) => {
    const inner = block[name] ?? null
    if (field.kind === 'object') {
      return isObject(inner) ? checkSecrets(field.fields, inner, engine, [...above, name]) : []
    }
    if (!isChosenSecret(field)) return []
    const { writeOnly, version } = secretNames(name)
    const hasTwin = (block[writeOnly] ?? null) !== null
    if (hasTwin && !engine.takesWriteOnly) {
      const detail = `Use \`${name}\` instead; it is kept in the state in clear, so protect the state.`
      return [fault(`\`${writeOnly}\` takes Terraform or OpenTofu 1.11 or later.`, detail, [...above, writeOnly])]
    }
    if (hasTwin && inner !== null) {
      const detail = `Keep \`${writeOnly}\` with \`${version}\`, and remove \`${name}\`.`
      return [fault(`\`${name}\` and \`${writeOnly}\` are the same secret.`, detail, [...above, writeOnly])]
    }
    return hasTwin && isNull(block[version]) ? [withoutVersion(name, [...above, writeOnly])] : []
  })
}

function isNull(value: CtyValue | undefined): boolean {
  return (value ?? null) === null
}

function withoutVersion(name: string, path: readonly PathStep[]): ProviderDiagnostic {
  const { writeOnly, version } = secretNames(name)
  const summary = `A new value of \`${writeOnly}\` would not be noticed.`
  const detail = `It is compared with nothing, because nothing of it is kept. Set \`${version} = 1\`, and raise it with each new value.`
  return { severity: 'warning', summary, detail, path }
}

/** The command line refuses this without a flag; here the plan is read and confirmed by a person. */
function checkReceiver({ url }: CtyObject): readonly ProviderDiagnostic[] {
  if (typeof url !== 'string' || !url.toLowerCase().startsWith('http:')) return []
  return [
    {
      severity: 'warning',
      summary: 'Deliveries would travel unencrypted.',
      detail: 'Use an https:// receiver.',
      path: ['url'],
    },
  ]
}

/** Checks the spans of time under `timeouts`. */
export function checkTimeouts({ timeouts }: CtyObject): readonly ProviderDiagnostic[] {
  if (!isObject(timeouts)) return []
  return Object.entries(timeouts).flatMap(([name, text]) =>
    typeof text === 'string' && readDuration(text) === undefined
      ? [fault(`"${text}" is no span of time.`, 'Write it as 30s, 10m or 1h30m.', ['timeouts', name])]
      : [],
  )
}
