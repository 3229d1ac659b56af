/** An element of XML, as far as reports have it. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  readonly text: string
}

const token = /<\?xml [^?]*\?>|<(\/?)([a-z]+)((?: [a-z_]+="[^"<]*")*)(\/?)>|([^<]+)/gu
const entity = /&(?:amp|lt|gt|quot|#39|#10);/gu
const meanings: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#10;': '\n',
}
/** What XML 1.0 cannot hold, however it is written. */
// oxlint-disable-next-line no-control-regex
const impossible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u

interface Open {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
}

/** Reads XML strictly: whatever is not well formed throws. */
export function parseXml(xml: string): readonly XmlElement[] {
  if (impossible.test(xml) || !xml.isWellFormed()) throw new Error('XML cannot hold this.')
  const root: Open = { name: '', attributes: {}, children: [], text: '' }
  const stack = [root]
  let end = 0
  for (const match of xml.matchAll(token)) {
    if (match.index !== end) throw new Error(`This is no XML: ${xml.slice(end, end + 80)}`)
    end = match.index + match[0].length
    take(stack, match)
  }
  if (end !== xml.length || stack.length !== 1) throw new Error(`This is no XML: ${xml.slice(end, end + 80)}`)
  return root.children
}

function take(stack: Open[], [, slash, name, attributes = '', isEmpty, text]: RegExpMatchArray): void {
  const top = stack.at(-1)
  if (top === undefined) throw new Error('Nothing is open.')
  if (text !== undefined) top.text += read(text)
  if (name === undefined) return
  if (slash === '/') {
    if (top.name !== name) throw new Error(`</${name}> ends <${top.name}>.`)
    stack.pop()
    stack.at(-1)?.children.push(top)
    return
  }
  const element = { name, attributes: readAttributes(attributes), children: [], text: '' }
  if (isEmpty === '/') top.children.push(element)
  else stack.push(element)
}

function readAttributes(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/ ([a-z_]+)="([^"]*)"/gu)].map(([, name = '', value = '']) => [
    name,
    // As every reader of XML does.
    read(value.replace(/[\n\t]/gu, ' ')),
  ])
  const names = pairs.map(([name]) => name)
  if (new Set(names).size !== names.length) throw new Error(`An attribute stands twice: ${names.join(', ')}`)
  return Object.fromEntries(pairs)
}

function read(text: string): string {
  if (/&/u.test(text.replace(entity, ''))) throw new Error(`This is no entity: ${text}`)
  return text.replace(entity, (name) => meanings[name] ?? '')
}
