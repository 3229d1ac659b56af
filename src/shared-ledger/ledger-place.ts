import { isReferenceFault, parsePathReference, type SecretReference } from '../secrets/reference.ts'

/** Where a ledger lies, as `ledger:` and `--ledger` name it. */
export type LedgerPlace =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'vault'; readonly text: string; readonly reference: SecretReference }
  | { readonly kind: 's3'; readonly text: string; readonly bucket: string; readonly prefix: string }

/** A ledger that several machines share. */
export type SharedPlace = Exclude<LedgerPlace, { readonly kind: 'file' }>

/** Why a text names no place for a ledger. */
export interface LedgerPlaceFault {
  readonly kind: 'fault'
  readonly message: string
  readonly hint: string
}

const forms = 'Name a file, ref+vault://<mount>/<path>, or s3://<bucket>/<prefix>.'

/** Reads where a ledger lies; a text without a scheme is a file. */
export function parseLedgerPlace(text: string): LedgerPlace | LedgerPlaceFault {
  const scheme = /^((?:secret)?ref\+)?([a-z][a-z0-9+.-]*):\/\//iu.exec(text)
  if (scheme === null) return { kind: 'file', path: text }
  if (scheme[1] !== undefined) return parseVaultPlace(text)
  return scheme[2] === 's3' ? parseBucketPlace(text) : fault(`A ledger cannot lie at ${scheme[2]}://.`)
}

function parseVaultPlace(text: string): LedgerPlace | LedgerPlaceFault {
  const reference = parsePathReference(text)
  if (isReferenceFault(reference)) return { kind: 'fault', message: reference.message, hint: reference.hint }
  const { backend, pointer, version, path } = reference
  if (backend !== 'vault') return fault(`A ledger cannot lie in ${backend}.`)
  if (pointer.length > 0) return fault('A ledger takes whole documents of the vault, not a field.')
  if (version !== undefined) return fault('A ledger changes with each apply, so its place has no version.')
  if (!/[^/]\/[^/]/u.test(path)) return fault('A ledger in a vault needs a mount and a path below it.')
  return { kind: 'vault', text, reference: { ...reference, path: path.replace(/\/+$/u, '') } }
}

function parseBucketPlace(text: string): LedgerPlace | LedgerPlaceFault {
  const [bucket = '', ...steps] = text.slice('s3://'.length).split('/')
  const prefix = steps.join('/').replace(/\/+$/u, '')
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u.test(bucket)) return fault('This is no name of a bucket.')
  if (prefix === '') return fault('A ledger in a bucket needs a prefix of its own.')
  if (!/^[\w!.*'()/-]+$/u.test(prefix) || steps.some((step, index) => step === '' && index < steps.length - 1)) {
    return fault("The prefix of a ledger has letters, digits and -_.!*'() between single slashes.")
  }
  return { kind: 's3', text: `s3://${bucket}/${prefix}`, bucket, prefix }
}

function fault(message: string): LedgerPlaceFault {
  return { kind: 'fault', message, hint: forms }
}
