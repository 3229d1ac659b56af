import type { ResolveReferenceError } from '@1password/sdk'
import type { StoreFault, StoreFaultKind } from '../store.ts'

type Reason = ResolveReferenceError['type']
type Wording = readonly [StoreFaultKind, message: string, hint: string]

const renameOrId = 'Name the one you mean by its ID.'
const noText = 'Name a field that holds text.'

const reasons: { readonly [K in Reason]: Wording } = {
  parsing: [
    'malformed',
    'cannot be read by 1Password',
    'Names with other signs than letters, digits, blanks and "-_." are written as IDs.',
  ],
  vaultNotFound: [
    'not-found',
    'names a vault that is not there, or not for this service account',
    'Check its name, and which vaults the service account may read.',
  ],
  tooManyVaults: ['malformed', 'may mean several vaults', renameOrId],
  itemNotFound: [
    'not-found',
    'names an item that its vault does not have',
    'Check its name; an archived item does not count.',
  ],
  tooManyItems: ['malformed', 'may mean several items', renameOrId],
  noMatchingSections: ['not-found', 'names a section that its item does not have', 'Check the name of the section.'],
  fieldNotFound: [
    'not-found',
    'names a field that its item does not have',
    'Check the name of the field, and of its section.',
  ],
  tooManyMatchingFields: ['malformed', 'may mean several fields', 'Name the section too, or the ID of the field.'],
  incompatibleTOTPQueryParameterField: ['not-text', 'names a field of another kind', noText],
  unableToGenerateTotpCode: ['not-text', 'names a field without a code', noText],
  sSHKeyMetadataNotFound: ['not-text', 'names a field that is no SSH key', noText],
  unsupportedFileFormat: ['not-text', 'names a file that is no text', noText],
  incompatibleSshKeyQueryParameterField: ['not-text', 'names a field that is no private key', noText],
  unableToParsePrivateKey: ['not-text', 'names a private key that cannot be read', noText],
  unableToFormatPrivateKeyToOpenSsh: ['not-text', 'names a private key that cannot be written', noText],
  other: ['unavailable', 'was not answered by 1Password', 'Run the command again.'],
}

/** Words why the SDK did not resolve one reference; its own text is not shown. */
export function explainReference(type: string, path: string): StoreFault {
  const [kind, what, hint] = Object.hasOwn(reasons, type) ? reasons[type as Reason] : reasons.other
  return { kind, message: `op://${path} ${what}.`, hint }
}

const throttled: Wording = [
  'throttled',
  '1Password wants fewer requests: the limit of the service account, or of the whole account, is used up.',
  'Run the command again later; 1Password Connect has no such limit.',
]

/** What the SDK says when a call fails as a whole. Only what is listed here is told from its texts, and none is shown. */
const failures: readonly (readonly [RegExp, Wording])[] = [
  [/rate limit exceeded/iu, throttled],
  [
    /service account (?:token|deserialization)|invalid user input/iu,
    [
      'unauthenticated',
      'What stands in for the token of a service account of 1Password is none, or is cut off.',
      'A token starts with ops_; set it in OP_SERVICE_ACCOUNT_TOKEN as it was shown.',
    ],
  ],
  [
    /not authenticated|authentication error: resource not found/iu,
    [
      'unauthenticated',
      '1Password does not accept the token of the service account.',
      'It may be revoked or expired; make a new one and set it in OP_SERVICE_ACCOUNT_TOKEN.',
    ],
  ],
  [
    /right permissions/iu,
    [
      'denied',
      '1Password does not let the service account do this.',
      'Check which vaults it may read, and whether its network is allowed.',
    ],
  ],
  [
    /error sending request|request timeout/iu,
    [
      'unavailable',
      '1Password cannot be reached.',
      'Check the network. The SDK uses no HTTPS_PROXY; 1Password Connect does.',
    ],
  ],
]

/** Words why a call of the SDK failed as a whole. */
export function explainSdkError(error: unknown): StoreFault {
  const { name, message } = factsOf(error)
  if (name === 'RateLimitExceededError') return toFault(throttled)
  const known = failures.find(([pattern]) => pattern.test(message))?.[1]
  return toFault(
    known ?? ['unavailable', '1Password failed in a way that hooks-sync does not know.', 'Run the command again.'],
  )
}

/** Words that the SDK never answered. */
export const sdkTimeout: StoreFault = {
  kind: 'unavailable',
  message: '1Password does not answer in time.',
  hint: 'Run the command again.',
}

function factsOf(error: unknown): { readonly name: string; readonly message: string } {
  if (error instanceof Error) return { name: error.constructor.name, message: error.message }
  return { name: '', message: typeof error === 'string' ? error : '' }
}

function toFault([kind, message, hint]: Wording): StoreFault {
  return { kind, message, hint }
}
