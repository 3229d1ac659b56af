import { type Backend, backends, isBackend } from './backends.ts'

/** A place in a secret store, as a configuration names it. Holds no secret and may be printed. */
export interface SecretReference {
  /** The reference as written. */
  readonly text: string
  readonly backend: Backend
  /** Alias under `stores:`; absent where the reference leaves the choice to us. */
  readonly store?: string
  readonly path: string
  /** Field names below the path, outermost first; empty for the whole value. */
  readonly pointer: readonly string[]
  readonly version?: string
}

/** Why a text is no reference, and which part of it is to blame. Quotes no value. */
export interface ReferenceFault {
  readonly message: string
  readonly hint: string
  readonly offset: number
  readonly length: number
}

type Part = { readonly text: string; readonly offset: number }

class Refusal extends Error {
  readonly fault: ReferenceFault

  constructor(message: string, hint: string, offset: number, length: number) {
    super(message)
    this.fault = { message, hint, offset, length: Math.max(length, 1) }
  }
}

const form = 'The form is ref+<backend>://<path>#/<field>, for example ref+env://API_KEY.'
const plainCharacters = "A-Za-z0-9\\-._~/:@=!$'()*;"
const backendAliases: ReadonlyMap<string, Backend> = new Map([['openbao', 'vault']])
const connectionParameters: ReadonlySet<string> = new Set(
  `address addr url host port proto scheme namespace token token_env token_file role role_id role_arn secret_id auth auth_method
   username password password_env password_file region profile endpoint project identity key key_file ca cacert insecure`.split(
    /\s+/,
  ),
)

/** Tells whether a text is meant as a reference, well formed or not. */
export function isReferenceText(text: string): boolean {
  return /^(?:(?:secret)?ref\+|op:\/\/)/.test(text)
}

/** Tells a fault from a reference. */
export function isReferenceFault(parsed: SecretReference | ReferenceFault): parsed is ReferenceFault {
  return 'message' in parsed
}

/** Reads `ref+<backend>://<path>[?version=…&store=…][#/<pointer>]`, or 1Password's own `op://vault/item/field`. */
export function parseReference(text: string): SecretReference | ReferenceFault {
  return refusable(() => checkPointer(parseStorePlace(text)))
}

/** Reads a reference that may leave out the field, to name a whole path where a value is not asked for. */
export function parsePathReference(text: string): SecretReference | ReferenceFault {
  return refusable(() => parseStorePlace(text))
}

/** Writes a reference in its canonical form, which reads back as the same place. */
export function renderReference(reference: Omit<SecretReference, 'text'>): string {
  const { store, version } = reference
  const parameters = Object.entries({ version, store }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodePlain(value)}`],
  )
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`
  const pointer = reference.pointer.length === 0 ? '' : `#${renderPointer(reference.pointer)}`
  return `ref+${reference.backend}://${encodePlain(reference.path)}${query}${pointer}`
}

/** Writes field names the way a reference does after its `#`. */
export function renderPointer(pointer: readonly string[]): string {
  return pointer.map((segment) => `/${encodePlain(segment).replaceAll('/', '%2F')}`).join('')
}

function refusable(parse: () => SecretReference): SecretReference | ReferenceFault {
  try {
    return parse()
  } catch (error) {
    if (error instanceof Refusal) return error.fault
    throw error
  }
}

function parseStorePlace(text: string): SecretReference {
  const { backend, body } = splitScheme(text)
  refuseNesting(body)
  const { path, query, pointer } = splitBody(body)
  const parameters = parseQuery(query, backend)
  return {
    text,
    backend,
    path: parsePath(path, backend, text),
    pointer: pointer === undefined ? [] : parsePointer(pointer),
    ...parameters,
  }
}

function splitScheme(text: string): { readonly backend: Backend; readonly body: Part } {
  if (text.startsWith('op://')) return { backend: 'op', body: { text: text.slice(5), offset: 5 } }
  const prefix = /^(?:secret)?ref\+/.exec(text)?.[0]
  if (prefix === undefined) throw new Refusal('A secret reference starts with "ref+".', form, 0, text.length)
  const name = /^[^:/?#]*/.exec(text.slice(prefix.length))?.[0] ?? ''
  const bodyOffset = prefix.length + name.length + 3
  if (text.slice(bodyOffset - 3, bodyOffset) !== '://') {
    throw new Refusal('A secret reference needs "://" after its backend.', form, prefix.length, name.length)
  }
  const backend = backendAliases.get(name) ?? name
  if (!isBackend(backend)) {
    const known = `The backends are ${Object.keys(backends).join(', ')}.`
    throw new Refusal('This backend of a secret reference is not known.', known, prefix.length, name.length)
  }
  return { backend, body: { text: text.slice(bodyOffset), offset: bodyOffset } }
}

function refuseNesting(body: Part): void {
  const nested = body.text.indexOf('ref+')
  if (nested < 0) return
  const hint = 'Write one reference and nothing else.'
  throw new Refusal('A reference cannot hold another reference.', hint, body.offset + nested, body.text.length - nested)
}

function splitBody(body: Part): { readonly path: Part; readonly query?: Part; readonly pointer?: Part } {
  const [beforePointer, pointer] = splitAt(body, '#')
  const [path, query] = splitAt(beforePointer, '?')
  return { path, ...(query === undefined ? {} : { query }), ...(pointer === undefined ? {} : { pointer }) }
}

function splitAt(part: Part, mark: string): readonly [Part, Part?] {
  const index = part.text.indexOf(mark)
  if (index < 0) return [part]
  const rest = { text: part.text.slice(index + 1), offset: part.offset + index + 1 }
  return [{ text: part.text.slice(0, index), offset: part.offset }, rest]
}

function parsePath(part: Part, backend: Backend, text: string): string {
  if (part.text === '') throw new Refusal('A secret reference needs a path after "://".', form, part.offset, 1)
  const login = /^[^/]*:[^/]*@/.exec(part.text)?.[0]
  if (login !== undefined) throw connectionRefusal('A login', { text: login, offset: part.offset })
  // 1Password's own form has blanks where names have them; people paste it from the app as it is.
  const path = decode(part, text.startsWith('op://') ? ' ' : '')
  if (backend === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(path)) {
    const hint = 'A name has letters, digits and "_", for example ref+env://API_KEY.'
    throw new Refusal('This is no name of an environment variable.', hint, part.offset, part.text.length)
  }
  if (backend === 'op' && path.split('/').filter(Boolean).length < 3) {
    const hint = 'The form is op://<vault>/<item>/<field>.'
    throw new Refusal('A 1Password reference names vault, item and field.', hint, part.offset, part.text.length)
  }
  return path
}

function parsePointer(part: Part): readonly string[] {
  const hint = 'Write the field after "#/", for example #/signing_secret.'
  if (!part.text.startsWith('/')) throw new Refusal('A field in a reference starts with "/".', hint, part.offset, 1)
  let offset = part.offset + 1
  return part.text
    .slice(1)
    .split('/')
    .map((segment) => {
      if (segment === '') throw new Refusal('A field name in a reference is empty.', hint, offset, 1)
      const name = decode({ text: segment, offset }, '')
      offset += segment.length + 1
      return name
    })
}

function checkPointer(reference: SecretReference): SecretReference {
  const { pointer } = backends[reference.backend]
  const { text, backend } = reference
  if (pointer === 'required' && reference.pointer.length === 0) {
    const hint = 'Add the field after "#/", for example #/signing_secret.'
    throw new Refusal(`A reference to ${backend} names a field.`, hint, 0, text.length)
  }
  if (pointer === 'none' && reference.pointer.length > 0) {
    const offset = text.indexOf('#')
    throw new Refusal(`A reference to ${backend} has no field.`, 'Leave out the "#…".', offset, text.length - offset)
  }
  return reference
}

type Parameters = Pick<SecretReference, 'store' | 'version'>

function parseQuery(query: Part | undefined, backend: Backend): Parameters {
  if (query === undefined) return {}
  let offset = query.offset
  return query.text.split('&').reduce<Parameters>((known, text) => {
    const parameter = parseParameter({ text, offset }, backend)
    if (Object.keys(parameter).some((name) => Object.hasOwn(known, name))) {
      throw new Refusal('A parameter of this reference is given twice.', 'Keep one of them.', offset, text.length)
    }
    offset += text.length + 1
    return { ...known, ...parameter }
  }, {})
}

function parseParameter(part: Part, backend: Backend): Parameters {
  const [name, value] = splitAt(part, '=')
  if (connectionParameters.has(name.text)) throw connectionRefusal(`The connection setting "${name.text}"`, part)
  if (name.text !== 'version' && name.text !== 'store') {
    const hint = 'The parameters are version and store.'
    throw new Refusal('This parameter of a reference is not known.', hint, part.offset, part.text.length)
  }
  if (value === undefined || value.text === '') {
    const hint = `Write ${name.text}=… or leave it out.`
    throw new Refusal(`The parameter "${name.text}" has no value.`, hint, part.offset, part.text.length)
  }
  if (name.text === 'store') return { store: decode(value, '') }
  if (!backends[backend].hasVersions) {
    throw new Refusal(`The backend ${backend} keeps no versions.`, 'Leave out version.', part.offset, part.text.length)
  }
  return { version: decode(value, '') }
}

function connectionRefusal(what: string, part: Part): Refusal {
  const hint = 'Set it under "stores:" and name that store with ?store=<alias>.'
  return new Refusal(`${what} is not allowed in a reference.`, hint, part.offset, part.text.length)
}

function decode(part: Part, extra: string): string {
  const { text, offset } = part
  const foreign = new RegExp(`[^${plainCharacters}%${extra}]`, 'u').exec(text)
  if (foreign !== null) throw characterRefusal(foreign[0], offset + foreign.index)
  const broken = /%(?![0-9A-Fa-f]{2})/.exec(text)
  if (broken !== null) {
    const hint = 'Write a percent sign as %25.'
    throw new Refusal('A "%" in a reference stands before two hex digits.', hint, offset + broken.index, 1)
  }
  const decoded = decodePercent(part)
  if (hasControlCharacter(decoded)) {
    const hint = 'Names in stores are printable text.'
    throw new Refusal('A reference holds a control character.', hint, offset, text.length)
  }
  return decoded
}

function decodePercent(part: Part): string {
  try {
    return decodeURIComponent(part.text)
  } catch {
    const hint = 'Percent-encode the UTF-8 bytes of the name.'
    throw new Refusal('A percent-encoding in this reference is not UTF-8.', hint, part.offset, part.text.length)
  }
}

function characterRefusal(character: string, offset: number): Refusal {
  if (hasControlCharacter(character)) {
    const hint = 'Write one reference and nothing else.'
    return new Refusal('A reference holds a control character.', hint, offset, 1)
  }
  const hint = `Write it as ${encodeBytes(character)}.`
  return new Refusal(`The character "${character}" cannot stand in a reference.`, hint, offset, character.length)
}

function hasControlCharacter(text: string): boolean {
  return Array.from(text).some((character) => character < ' ' || character === '\u007F')
}

function encodePlain(text: string): string {
  return text.replaceAll(new RegExp(`[^${plainCharacters}]`, 'gu'), encodeBytes)
}

function encodeBytes(text: string): string {
  return Array.from(
    new TextEncoder().encode(text),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')
}
