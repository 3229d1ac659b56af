import type { Diagnostic } from '../core/diagnostic.ts'
import { type VerifiedReceiver, verdictOf } from '../core/verification.ts'
import { type DiagnosticDocument, toDiagnosticDocument } from './diagnostic-document.ts'
import { formatVersion } from './plan-document.ts'

/** The JSON of `verify --json`. */
export interface VerifyDocument {
  readonly format_version: string
  readonly command: 'verify'
  readonly summary: VerifySummary
  readonly receivers: readonly object[]
  readonly diagnostics: readonly DiagnosticDocument[]
}

export type VerifySummary = Readonly<Record<ReturnType<typeof verdictOf>, number>>

/** Counts receivers by how they did. */
export function summarizeReceivers(receivers: readonly VerifiedReceiver[]): VerifySummary {
  const count = (verdict: keyof VerifySummary): number =>
    receivers.filter((receiver) => verdictOf(receiver) === verdict).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') }
}

/** Shapes what receivers showed for JSON output. */
export function toVerifyDocument(
  receivers: readonly VerifiedReceiver[],
  diagnostics: readonly Diagnostic[],
): VerifyDocument {
  return {
    format_version: formatVersion,
    command: 'verify',
    summary: summarizeReceivers(receivers),
    receivers: receivers.map(toReceiverDocument),
    diagnostics: diagnostics.map(toDiagnosticDocument),
  }
}

function toReceiverDocument(receiver: VerifiedReceiver): object {
  const { provider, type, key, url, event, at, checks } = receiver
  return {
    provider,
    type,
    key,
    url,
    event,
    ...(at === undefined ? {} : { at }),
    verdict: verdictOf(receiver),
    checks: checks.map(({ name, outcome, message, hint, status, latencyMs, tls, body }) => ({
      check: name,
      outcome,
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(status === undefined ? {} : { status }),
      ...(latencyMs === undefined ? {} : { latency_ms: latencyMs }),
      ...(tls === undefined ? {} : { tls: tlsDocument(tls) }),
      ...(body === undefined ? {} : { body }),
    })),
  }
}

function tlsDocument({ protocol, validTo }: { readonly protocol: string; readonly validTo?: string }): object {
  return { protocol, ...(validTo === undefined ? {} : { valid_to: validTo }) }
}
