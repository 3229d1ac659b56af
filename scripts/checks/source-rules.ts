/** A file of the project as text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** Finds what breaks one rule about source texts; each finding starts with the file. */
export type SourceRule = (files: readonly SourceFile[]) => readonly string[]

const lineBudget = 350

/** The files that may open a secret: where a request, a vault write or a fingerprint is built. */
const revealers: readonly string[] = [
  'src/cli/commands/secrets-get.ts',
  'src/core/secret.ts',
  'src/http/client-credentials.ts',
  'src/http/receiver-call.ts',
  'src/http/wire-request.ts',
  'src/notify/notice-target.ts',
  'src/providers/connection.ts',
  'src/providers/deliveries.ts',
  'src/providers/receiver-url.ts',
  'src/run/verify/imitate-delivery.ts',
  'src/secrets/age/age-file.ts',
  'src/secrets/age/age-identity.ts',
  'src/secrets/age/age-store.ts',
  'src/secrets/cloud/edit-text.ts',
  'src/secrets/fingerprint-fields.ts',
  'src/secrets/fingerprint.ts',
  'src/secrets/age/vault-content.ts',
  'src/secrets/op/sdk-store.ts',
  'src/terraform/listing/made-secret.ts',
  'src/terraform/values/shown.ts',
]

/** Finds files that hold more than one concept. */
export const findLongFiles: SourceRule = (files) =>
  files
    .filter(({ path }) => isCode(path) && !path.startsWith('test/'))
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > lineBudget)
    .map(({ path, lines }) => `${path}: ${lines} lines, the budget is ${lineBudget}`)

/** Finds places that open a secret where none is needed. */
export const findReveals: SourceRule = (files) =>
  matchLines(files, (path) => path.startsWith('src/') && !revealers.includes(path), /\breveal\(\)/u)

/** Finds vendors named outside their own folders; the registry has one line each. */
export const findVendorNames: SourceRule = (files) =>
  matchLines(
    files,
    (path) => path.startsWith('src/') && !/^src\/(?:providers|sandbox)\/|\/generated\//u.test(path),
    /sinch|sendblue|smallest|bird|tellcasey/iu,
  )

/** Finds unfinished work and tests that keep others from running. */
export const findLeftovers: SourceRule = (files) =>
  matchLines(files, isCode, /\b(?:TO(?:DO)|FIX(?:ME)|XX(?:X)|HA(?:CK))\b|\b(?:test|it|describe)\.(?:only|skip|todo)\(/u)

/** What an engine starts, so that its streams and its end are that file's. */
const pluginHost = 'src/terraform/plugin/host.ts'

/** Finds output outside the command line; everything else reports events. */
export const findPrinting: SourceRule = (files) =>
  matchLines(
    files,
    (path) => path.startsWith('src/') && !path.startsWith('src/cli/') && path !== pluginHost,
    /\bprocess\.(?:stdout|stderr|exit)\b|\bconsole\./u,
  )

/** Finds names that tell nothing. */
export const findVagueNames: SourceRule = (files) =>
  files
    .map(({ path }) => path)
    .filter((path) =>
      /(?:^|[/-])(?:utils?|helpers?|misc)(?:\/|\.[a-z]+$)|(?:^|\/)(?:common|shared)(?:\/|\.[a-z]+$)/u.test(path),
    )

/** Finds paths of a machine, which mean nothing to anybody else. */
export const findMachinePaths: SourceRule = (files) =>
  matchLines(
    files,
    (path) => !path.startsWith('test/') && path !== 'package-lock.json',
    /(?<![\w.~])\/(?:tmp|work|root)\/[a-z]/u,
  )

/** Finds a version that the change log does not tell of. */
export const findUntoldVersion: SourceRule = (files) => {
  const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? ''
  const version = /"version": "([^"]+)"/u.exec(textOf('package.json'))?.[1] ?? 'unknown'
  return textOf('CHANGELOG.md').includes(`## [${version}]`) ? [] : [`CHANGELOG.md: no section "## [${version}]"`]
}

function matchLines(
  files: readonly SourceFile[],
  concerns: (path: string) => boolean,
  pattern: RegExp,
): readonly string[] {
  return files
    .filter(({ path }) => concerns(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
    )
}

function isCode(path: string): boolean {
  return /^(?:src|test|bench|chaos|scripts|examples)\/.*\.(?:ts|mjs|cjs)$/u.test(path) && !path.includes('/generated/')
}
