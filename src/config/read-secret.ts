import type { SecretKind } from '../core/field.ts'
import { SecretSlot, type SecretSource } from '../core/secret.ts'
import type { PlainValue } from '../core/value.ts'
import { referencePattern } from '../schema/patterns.ts'
import type { Reading } from './reading.ts'
import type { Path } from './source-tree.ts'
import { closest, didYouMean } from './suggest.ts'

type Form = SecretKind['forms'][number]
type FormMap = { readonly [key: string]: PlainValue }

const wellFormed = new RegExp(`^(?:${referencePattern})$`, 'u')
const meant = /^(?:(?:secret)?ref\+|op:\/\/)/u

/** Tells whether a text is meant as a secret reference, well formed or not. */
export function isReferenceText(text: string): boolean {
  return meant.test(text)
}

/** Reads how a secret comes about; undefined where an error was found, which never quotes the value. */
export function readSecret(
  value: PlainValue,
  path: Path,
  reading: Reading,
  forms: readonly Form[] = ['ref'],
): SecretSlot | undefined {
  const source = readSource(value, path, reading, forms)
  if (source === undefined) return undefined
  const slot = new SecretSlot(source)
  reading.secrets.push({ slot, path, baseDir: reading.findings.tree.file.baseDir })
  return slot
}

function readSource(value: PlainValue, path: Path, reading: Reading, forms: readonly Form[]): SecretSource | undefined {
  if (isFormMap(value)) return readForm(value, path, reading, forms)
  if (typeof value !== 'string') {
    const message = `${label(path)} must be a secret reference.`
    reading.findings.report('HS1003', path, message, { hint: formHint(forms) })
    return undefined
  }
  if (!isReferenceText(value)) {
    reading.findings.report('HS2001', path, `${label(path)} holds a literal; only a secret reference may stand here.`, {
      hint: `${formHint(forms)} If it is a real secret, change it at its owner: it has been in a file.`,
    })
    return undefined
  }
  const ref = readReference(value, path, reading)
  if (ref === undefined) return undefined
  if (forms.includes('ref')) return { form: 'ref', ref }
  reading.findings.report('HS1003', path, `${reading.title} makes ${label(path)} itself; it cannot be given.`, {
    hint: 'Write { capture: "ref+…" } to store the one that the vendor makes.',
  })
  return undefined
}

function readForm(value: FormMap, path: Path, reading: Reading, forms: readonly Form[]): SecretSource | undefined {
  const form = formOf(value)
  if (form === undefined || !forms.includes(form)) return refuseForm(form, path, reading, forms)
  if (!hasOnlyKeys(value, form, path, reading)) return undefined
  const refKey = form === 'capture' ? 'capture' : 'from'
  const ref = readInnerReference(value[refKey], [...path, refKey], reading)
  if (form === 'capture') return ref === undefined ? undefined : { form, ref }
  const bytes = readBytes(value['generate'], [...path, 'generate'], reading)
  return ref === undefined || bytes === undefined ? undefined : { form: 'generate', ref, bytes }
}

function formOf(value: FormMap): Form | undefined {
  if ('capture' in value) return 'capture'
  return 'from' in value || 'generate' in value ? 'generate' : undefined
}

function refuseForm(form: Form | undefined, path: Path, reading: Reading, forms: readonly Form[]): undefined {
  const messages: { readonly [K in Form | 'none']: string } = {
    capture: `${reading.title} does not make ${label(path)}; there is nothing to capture.`,
    generate: `${label(path)} cannot be generated here.`,
    ref: `${label(path)} must be written in another form.`,
    none: `${label(path)} must be a secret reference.`,
  }
  reading.findings.report('HS1003', path, messages[form ?? 'none'], { hint: formHint(forms) })
  return undefined
}

const formKeys: { readonly [K in Form]: readonly string[] } = {
  ref: [],
  generate: ['from', 'generate'],
  capture: ['capture'],
}

function hasOnlyKeys(value: FormMap, form: Form, path: Path, reading: Reading): boolean {
  const others = Object.keys(value).filter((key) => !formKeys[form].includes(key))
  for (const key of others) {
    const hint = didYouMean(closest(key, formKeys[form])) ?? `Only ${formKeys[form].join(' and ')} stand here.`
    reading.findings.report('HS1005', [...path, key], `${label(path)} takes no such key.`, { part: 'key', hint })
  }
  return others.length === 0
}

function readInnerReference(value: PlainValue | undefined, path: Path, reading: Reading): string | undefined {
  if (value === undefined) {
    reading.findings.report('HS1006', path, `${label(path)} is missing.`, { hint: 'Name where the secret lies.' })
    return undefined
  }
  const source = readSource(value, path, reading, ['ref'])
  return source?.ref
}

function readBytes(value: PlainValue | undefined, path: Path, reading: Reading): number | undefined {
  if (value === undefined) {
    reading.findings.report('HS1006', path, 'generate is missing.', { hint: 'Write generate: { bytes: 32 }.' })
    return undefined
  }
  const bytes = isFormMap(value) && Object.keys(value).length === 1 ? value['bytes'] : undefined
  if (typeof bytes === 'number' && Number.isInteger(bytes) && bytes >= 16 && bytes <= 64) return bytes
  const hint = 'Write generate: { bytes: 32 }; 16 to 64 bytes are possible.'
  reading.findings.report('HS1003', path, 'generate must say how many bytes to make.', { hint })
  return undefined
}

function readReference(text: string, path: Path, reading: Reading): string | undefined {
  const fault = reading.checkReference(text)
  if (fault !== undefined) {
    const within = text.slice(fault.offset, fault.offset + fault.length)
    reading.findings.report('HS2002', path, fault.message, { hint: fault.hint, ...(within === '' ? {} : { within }) })
    return undefined
  }
  if (wellFormed.test(text)) return text
  reading.findings.report('HS2002', path, `${label(path)} is not a well-formed secret reference.`, {
    hint: text.includes('${')
      ? 'Text references such as ${env:…} cannot stand in a secret reference.'
      : 'The form is ref+<backend>://<path>#/<field>, for example ref+env://API_KEY.',
  })
  return undefined
}

function isFormMap(value: PlainValue): value is FormMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function label(path: Path): string {
  return String(path.at(-1))
}

const formWords: { readonly [K in Form]: string } = {
  ref: 'ref+<backend>://<path>#/<field>',
  generate: '{ from: ref+…, generate: { bytes: 32 } }',
  capture: '{ capture: ref+… }',
}

function formHint(forms: readonly Form[]): string {
  return `Write ${forms.map((form) => formWords[form]).join(' or ')}.`
}
