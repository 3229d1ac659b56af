import { matchesGlob } from './glob.ts'
import { closest, didYouMean } from './suggest.ts'

/** Why a text reference cannot be filled in. */
export interface FillFault {
  readonly message: string
  readonly hint: string | undefined
  /** The text reference, as written. */
  readonly within: string
}

export interface FillOptions {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly vars: Readonly<Record<string, string>>
  /** Names that may be read although they look like credentials; `*` stands for any run of characters. */
  readonly allowedEnv: readonly string[]
  /** Whether no other name may be read: the text may be shown to whoever wrote it. */
  readonly onlyAllowedEnv?: boolean
  /** Names that the files read as credentials, through `ref+env` or in a store. */
  readonly credentialNames: ReadonlySet<string>
}

/** Fills `${env:…}` and `${var:…}` into a text, or says why it cannot. */
export type TextFiller = (text: string) => string | FillFault

// What DESIGN §2 names, and what is as telling: a value of these would end up in clear at a vendor.
const credentialLooks =
  /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|_KEY$|_KEY_FILE$|_JWT|^ACTIONS_|^AWS_|^OP_SESSION_|^SOPS_AGE_|^HOOKS_SYNC_/iu
const place = /\$\$\{|\$\{[^}]*\}?/gu
const expression = /^\$\{(env|var):([A-Za-z_][A-Za-z0-9_.-]*?)(?::-([^}]*))?\}$/su

type Source = 'env' | 'var'

/** Makes the filler of one project. */
export function makeTextFiller(options: FillOptions): TextFiller {
  const isRefused = (name: string): boolean =>
    (options.onlyAllowedEnv === true || credentialLooks.test(name) || options.credentialNames.has(name)) &&
    !options.allowedEnv.some((glob) => matchesGlob(name, glob))
  return (text) => {
    if (!text.includes('${')) return text
    let fault: FillFault | undefined
    const filled = text.replaceAll(place, (found) => {
      if (found === '$${') return '${'
      const value = fillOne(found, options, isRefused)
      if (typeof value === 'string') return value
      fault ??= value
      return ''
    })
    return fault ?? filled
  }
}

function fillOne(within: string, options: FillOptions, isRefused: (name: string) => boolean): string | FillFault {
  const [, source, name, fallback] = expression.exec(within) ?? []
  if ((source !== 'env' && source !== 'var') || name === undefined) return unknownForm(within)
  if (source === 'env' && isRefused(name))
    return options.onlyAllowedEnv ? withheld(name, fallback, within) : refused(name, within)
  const value = valueOf(source, name, options)
  if (value !== undefined && (value !== '' || fallback === undefined)) return value
  return fallback ?? missing(source, name, within, options)
}

function valueOf(source: Source, name: string, { env, vars }: FillOptions): string | undefined {
  const values = source === 'env' ? env : vars
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function unknownForm(within: string): FillFault {
  const isOpen = !within.endsWith('}')
  return {
    message: isOpen ? 'A text reference is not closed.' : `${within} is not a text reference.`,
    hint: 'Write ${env:NAME}, ${env:NAME:-default} or ${var:name}; a literal ${ is written $${.',
    within,
  }
}

function refused(name: string, within: string): FillFault {
  return {
    message: `The environment variable ${name} may hold a credential and is not written into plain text.`,
    hint: `Use a secret reference in a secret field, or list ${name} in HOOKS_SYNC_ALLOW_ENV if it is harmless.`,
    within,
  }
}

/** In a run on code from a fork, variables are as if they were not set. */
function withheld(name: string, fallback: string | undefined, within: string): string | FillFault {
  if (fallback !== undefined) return fallback
  return {
    message: `The environment variable ${name} is not read in a run on code from a fork.`,
    hint: `Give a default, \${env:${name}:-default}, or list ${name} in HOOKS_SYNC_ALLOW_ENV if it is harmless.`,
    within,
  }
}

function missing(source: Source, name: string, within: string, { vars }: FillOptions): FillFault {
  if (source === 'env') {
    const message = `The environment variable ${name} is not set.`
    return { message, hint: `Set it, or give a default: \${env:${name}:-default}.`, within }
  }
  const hint = didYouMean(closest(name, Object.keys(vars))) ?? `Give it with --var ${name}=… or in a --var-file.`
  return { message: `The variable ${name} has no value.`, hint, within }
}
