import type { Diagnostic } from '../core/diagnostic.ts'
import type { Failure } from '../core/outcome.ts'
import type { PathStep, ProviderDiagnostic } from './provider.ts'

type Told = Failure | Pick<Diagnostic, 'code' | 'message' | 'hint' | 'severity'>

/** Words of the command line, and what stands for them where an engine runs us. */
const rewordings: readonly (readonly [RegExp, string])[] = [
  [/`hooks-sync providers[^`]*` lists them/gu, 'the documentation of the provider lists them'],
  [/ ?`hooks-sync [^`]*`[^.]*\./gu, ''],
  [/If it is a new event of the vendor, --allow-unknown-events lets it pass\./gu, unknownEventWords()],
  [/;? ?with --allow-gap the old one is deleted first/gu, '; with `allow_gap = true` the old one is deleted first'],
  [
    /^.* live duplicates could go: --dedupe\.$/gu,
    'Webhooks of the same identity are live more than once: delete those that are not needed.',
  ],
  [/Set `allow_gap: true` on the webhook, or allow it for this run\./gu, 'Set `allow_gap = true` on the resource.'],
  [
    /Run the command again; what may still appear is recognized by its intent\./gu,
    'Apply again; should it have been made after all, the plan says how to import it.',
  ],
  [/Run the command again/gu, 'Apply again'],
  [/run the command again/gu, 'apply again'],
  [
    /HOOKS_SYNC_ALLOWED_ORIGINS or a --policy/gu,
    'HOOKS_SYNC_ALLOWED_ORIGINS or the policy that HOOKS_SYNC_POLICY names',
  ],
  [/--policy or HOOKS_SYNC_POLICY/gu, 'HOOKS_SYNC_POLICY'],
  [/allow it from outside the files: /gu, 'allow it in the environment: '],
  [/Check the credentials under auth\./gu, 'Check the credentials in the provider block or the environment.'],
  [/ Example: (\w+): ([[{].*|\d+|true|false)$/gu, ' Example: `$1 = $2`.'],
  [/ Example: (\w+): (.+)$/gu, ' Example: `$1 = "$2"`.'],
  [/under auth/gu, 'in the provider block'],
  [/with the output of --verbose/gu, 'with what TF_LOG=debug prints'],
  [/Remove the line/gu, 'Remove the attribute'],
]

function unknownEventWords(): string {
  return 'If it is a new event of the vendor, HOOKS_SYNC_ALLOW_UNKNOWN_EVENTS=1 lets it pass.'
}

/** Brings what the core and the engine of hooks-sync say into words that fit a Terraform run. */
export function reword(text: string, action?: string): string {
  const plain = action === undefined ? text : text.replaceAll(`${action}: `, '').replaceAll(action, 'this webhook')
  return rewordings.reduce((worded, [pattern, words]) => worded.replaceAll(pattern, words), plain).trim()
}

/** Makes an error, or a warning, of what the core or the engine of hooks-sync found. */
export function tell(
  found: Told,
  about: { readonly action?: string; readonly path?: readonly PathStep[] } = {},
): ProviderDiagnostic {
  const hint = found.hint === undefined ? '' : reword(found.hint, about.action)
  const severity = 'severity' in found ? found.severity : 'error'
  return {
    severity,
    summary: upper(quoteName(reword(found.message, about.action), about.path)),
    detail: [hint, `(${found.code})`].filter((part) => part !== '').join(' '),
    ...(about.path === undefined ? {} : { path: about.path }),
  }
}

/** Makes an error of our own. */
export function fault(summary: string, detail: string, path?: readonly PathStep[]): ProviderDiagnostic {
  return { severity: 'error', summary, detail, ...(path === undefined ? {} : { path }) }
}

export function hasErrors(diagnostics: readonly ProviderDiagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}

/** Where a sentence starts with the name of an attribute, it is no word to be capitalized. */
function quoteName(text: string, path: readonly PathStep[] = []): string {
  const [name = ''] = text.split(' ')
  const attributes = path.filter((step) => typeof step === 'string')
  return attributes.some((attribute) => name.split(/[.[]/u).includes(attribute))
    ? `\`${name}\`${text.slice(name.length)}`
    : text
}

function upper(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
