import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml'
import type { ImportedField } from '../core/import-fields.ts'
import { openReference } from '../core/import-fields.ts'
import type { AccountImport, ImportedWebhook } from '../core/import-webhooks.ts'
import { declaredOf } from '../core/import-webhooks.ts'
import type { PlainValue } from '../core/value.ts'
import { safeText } from './safe-text.ts'

export interface ImportTextOptions {
  /** Some event is close to a known one, so loading needs `--allow-unknown-events`. */
  readonly needsUnknownEvents: boolean
}

const asWritten = { lineWidth: 0, doubleQuotedAsJSON: true } as const

/**
 * Renders imported webhooks as a file that loads together with the one that has the accounts. What cannot be declared
 * stands there as comments. Without a single declared webhook the text holds comments alone, and is no file to load.
 */
export function renderImport(accounts: readonly AccountImport[], options: ImportTextOptions): string {
  const [declared, others] = part(accounts, (account) => declaredOf(account).length > 0)
  const withheld = others.flatMap(withheldLines)
  if (declared.length === 0) {
    const lines = ['There is no live webhook to declare.', ...withheld]
    return escapeInvisible(`${lines.map((one) => `# ${one}`).join('\n')}\n`)
  }
  const document = new Document()
  document.commentBefore = comment(introduction(options))
  document.contents = rootNode(declared, withheld)
  return escapeInvisible(document.toString(asWritten))
}

function rootNode(declared: readonly AccountImport[], withheld: readonly string[]): YAMLMap {
  const providers = new YAMLMap()
  for (const account of declared) providers.items.push(new Pair(text(account.account), accountNode(account)))
  if (withheld.length > 0) providers.comment = comment(withheld)
  const root = new YAMLMap()
  root.items.push(new Pair(text('version'), new Scalar(1)), new Pair(text('providers'), providers))
  return root
}

function introduction({ needsUnknownEvents }: ImportTextOptions): readonly string[] {
  return [
    'Live webhooks that no file declared, written by hooks-sync import.',
    'Load this file together with the one that holds the accounts, each with -f.',
    ...(needsUnknownEvents
      ? ['Some events look like misspelled known ones: load it with --allow-unknown-events.']
      : []),
  ]
}

function accountNode(account: AccountImport): YAMLMap {
  const webhooks = new YAMLMap()
  for (const webhook of declaredOf(account)) {
    const key = text(webhook.key)
    if (webhook.twins.length > 0) key.commentBefore = comment([twinsLine(webhook)])
    webhooks.items.push(new Pair(key, webhookNode(webhook.fields)))
  }
  const withheld = account.webhooks.flatMap((webhook) => webhookLines(webhook, ''))
  if (withheld.length > 0) webhooks.comment = comment(withheld)
  const node = new YAMLMap()
  node.items.push(new Pair(text('webhooks'), webhooks))
  return node
}

function twinsLine({ twins }: ImportedWebhook): string {
  return `Live twins of it, not imported; each delivers once more: ${twins.map(safeText).join(', ')}`
}

function webhookNode(fields: readonly ImportedField[]): YAMLMap {
  const node = new YAMLMap()
  let comments: readonly string[] = []
  for (const field of fields) {
    if (field.as === 'comment') {
      comments = [...comments, ...fieldLines(field)]
      continue
    }
    const key = text(field.name)
    if (comments.length > 0) key.commentBefore = comment(comments)
    comments = []
    node.items.push(new Pair(key, valueNode(field.value)))
  }
  if (comments.length > 0) node.comment = comment(comments)
  return node
}

function fieldLines({ name, value, why }: ImportedField & { readonly as: 'comment' }): readonly string[] {
  if (value === undefined) return [`${name}: ${why}`]
  const [first = '', ...rest] = linesOf({ [name]: value })
  return rest.length === 0 ? [`${first}  # ${why}`] : [why, first, ...rest]
}

/** The comment that stands for an account of which nothing is declared. */
function withheldLines(account: AccountImport): readonly string[] {
  const lines = account.webhooks.flatMap((webhook) => webhookLines(webhook, '# '))
  return lines.length === 0 ? [] : [`${account.account}:`, ...indent(['webhooks:', ...indent(lines)])]
}

/** What is said of a webhook starts with `mark`, so that taking the first "#" away leaves a comment where one is due. */
function webhookLines(webhook: ImportedWebhook, mark: string): readonly string[] {
  if (webhook.withheld === undefined) return []
  const ids = webhook.ids.map(safeText).join(', ')
  const lines = webhook.fields.flatMap((field) =>
    field.as === 'comment' ? fieldLines(field).map((one) => `# ${one}`) : linesOf({ [field.name]: field.value }),
  )
  return [
    `${mark}Not imported: ${ids}. ${safeText(webhook.withheld)}`,
    ...(webhook.twins.length === 0 ? [] : [`${mark}${twinsLine(webhook)}`]),
    `${webhook.key}:`,
    ...indent(lines),
  ]
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((one) => `  ${one}`)
}

function linesOf(value: PlainValue): readonly string[] {
  const document = new Document()
  document.contents = valueNode(value)
  return document.toString(asWritten).trimEnd().split('\n')
}

function comment(lines: readonly string[]): string {
  return lines.map((one) => ` ${one}`).join('\n')
}

function valueNode(value: PlainValue): Scalar | YAMLMap | YAMLSeq {
  if (typeof value === 'string') return text(value.replaceAll('${', () => '$${'))
  if (typeof value !== 'object' || value === null) return new Scalar(value)
  if (isList(value)) return listNode(value)
  const node = new YAMLMap()
  for (const [name, inner] of Object.entries(value)) node.items.push(new Pair(text(name), valueNode(inner)))
  node.flow = Object.keys(value).join() === 'capture'
  return node
}

function listNode(items: readonly PlainValue[]): YAMLSeq {
  const node = new YAMLSeq()
  for (const item of items) node.items.push(valueNode(item))
  return node
}

const plainText = /^[A-Za-z](?:[\w./:@+?&=%~-]*[\w./@+?&=%~-])?$/u
const reserved = /^(?:null|true|false|yes|no|on|off|y|n)$/iu

/** Quotes whatever could be read as anything but this very text, by any YAML reader. */
function text(value: string): Scalar {
  const scalar = new Scalar(value)
  const isPlain = (plainText.test(value) && !reserved.test(value)) || value === openReference
  scalar.type = isPlain ? 'PLAIN' : 'QUOTE_DOUBLE'
  return scalar
}

/** Such characters stand in double quotes or comments alone: an escape reads the same, and moves no cursor. */
function escapeInvisible(yaml: string): string {
  return yaml.replaceAll(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`
  })
}

function hex(code: number, length: number): string {
  return code.toString(16).padStart(length, '0')
}

function part<T>(items: readonly T[], holds: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(holds), items.filter((item) => !holds(item))]
}

// Array.isArray does not narrow readonly arrays out of a union.
function isList(value: PlainValue): value is readonly PlainValue[] {
  return Array.isArray(value)
}
