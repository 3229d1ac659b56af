import { DiagnosticError } from '../../core/diagnostic.ts'
import type { TerraformAttribute, TerraformAttributes, TerraformType } from '../../schema/terraform-type.ts'
import {
  type AttributePath,
  type AttributePathStep,
  type Diagnostic,
  DiagnosticSeverity,
} from '../protocol/generated/messages.ts'
import type { Sent } from '../protocol/message-codec.ts'
import type { PathStep, ProviderDiagnostic } from '../provider.ts'
import type { Session } from './session.ts'

/** Words findings for the engine, scrubbed. */
export function toDiagnostics(
  found: readonly ProviderDiagnostic[],
  attributes: TerraformAttributes,
  { scrub }: Pick<Session, 'scrub'>,
): readonly Sent<Diagnostic>[] {
  return found.map(({ severity, summary, detail, path }) => ({
    severity: severity === 'error' ? DiagnosticSeverity.ERROR : DiagnosticSeverity.WARNING,
    summary: scrub(summary),
    ...(detail === undefined ? {} : { detail: scrub(detail) }),
    ...(path === undefined || path.length === 0 ? {} : { attribute: toPath(path, attributes) }),
  }))
}

/** Makes findings of what was thrown. What is no finding already is a mistake of ours, told without its trace. */
export function findingsOf(error: unknown): readonly ProviderDiagnostic[] {
  if (error instanceof DiagnosticError) {
    return error.diagnostics.map(({ code, severity, message, hint }) => ({
      severity,
      summary: message,
      detail: [...(hint === undefined ? [] : [hint]), `(${code})`].join(' '),
    }))
  }
  const message = error instanceof Error ? error.message : String(error)
  return [{ severity: 'error', summary: 'The provider made a mistake.', detail: `It says: ${message}` }]
}

/** Words a path. It ends at a member of a set, which the protocol has no word for. */
export function toPath(path: readonly PathStep[], attributes: TerraformAttributes): Sent<AttributePath> {
  const steps: Sent<AttributePathStep>[] = []
  let place: Place = { attributes }
  for (const step of path) {
    if (typeof step === 'object') break
    steps.push(toStep(step, place))
    place = descend(place, step)
  }
  return { steps }
}

/** Where a path has come to: among the attributes of a block, or at a value of a type. */
type Place =
  | { readonly attributes: TerraformAttributes }
  | { readonly type: TerraformType }
  | { readonly of: TerraformAttributes }
  | undefined

function toStep(step: string | number, place: Place): Sent<AttributePathStep> {
  if (typeof step === 'number') return { elementKeyInt: step }
  return isObject(place) ? { attributeName: step } : { elementKeyString: step }
}

function isObject(place: Place): boolean {
  if (place === undefined || 'attributes' in place) return true
  return 'type' in place && place.type[0] === 'object'
}

function descend(place: Place, step: string | number): Place {
  if (place === undefined) return undefined
  if ('of' in place) return { attributes: place.of }
  if ('attributes' in place) return placeOf(place.attributes[step])
  const { type } = place
  if (typeof type === 'string') return undefined
  const inner = type[0] === 'object' ? type[1][step] : type[1]
  return inner === undefined ? undefined : { type: inner }
}

function placeOf(attribute: TerraformAttribute | undefined): Place {
  if (attribute === undefined) return undefined
  if ('type' in attribute) return { type: attribute.type }
  const { nesting, attributes } = attribute.nested
  return nesting === 'single' ? { attributes } : { of: attributes }
}
