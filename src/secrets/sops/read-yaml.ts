import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Scalar, type YAMLMap } from 'yaml'
import { parseJson } from '../document.ts'
import { makeFields, type SopsEntry, type SopsFields, type SopsNode } from './sops-node.ts'

const deepest = 64
/** Far more than such a document needs, and far less than what exhausts the parser, which a process does not survive. */
const mostOpenBrackets = 200
const longestIndentation = /^[ \t?:-]{500}/m
const largestInteger = 2n ** 63n - 1n

/** Why a text cannot be read; its message goes after the name of the file. */
class Unreadable extends Error {}

/** Reads YAML whose top is a group of fields; answers with what is wrong where it is none. Never quotes the text. */
export function readYaml(text: string): SopsFields | string {
  if (isTooDeep(text)) return 'is nested too deep'
  const lineCounter = new LineCounter()
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    intAsBigInt: true,
    lineCounter,
    prettyErrors: false,
    // Compared below; the parser's own check takes a time that grows with the square of the number of fields.
    uniqueKeys: false,
  })
  const [error] = document.errors
  if (error !== undefined) {
    if (error.code === 'MULTIPLE_DOCS') return 'holds several YAML documents, of which hooks-sync reads one only'
    return `cannot be read at line ${lineCounter.linePos(error.pos[0]).line}`
  }
  try {
    return isMap(document.contents) ? toFields(document.contents, 0) : 'does not hold a group of fields'
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

/** Reads JSON the same way, so that the order of its fields is kept. */
export function readJson(text: string): SopsFields | string {
  return parseJson(text) === undefined ? 'is not JSON' : readYaml(text)
}

/** Tells without parsing; brackets in texts count too, but what SOPS encrypted has as many that close as that open. */
function isTooDeep(text: string): boolean {
  let open = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === '[' || bracket === '{' ? open + 1 : Math.max(open - 1, 0)
    if (open > mostOpenBrackets) return true
  }
  return longestIndentation.test(text)
}

function toFields(map: YAMLMap, depth: number): SopsFields {
  if (depth > deepest) throw new Unreadable('is nested too deep')
  const entries = map.items.map(({ key, value }): SopsEntry => {
    if (!isScalar(key) || typeof key.value !== 'string' || key.tag !== undefined) {
      throw new Unreadable('has a field whose name is no text')
    }
    return [key.value, toNode(value, depth + 1)]
  })
  const fields = makeFields(entries)
  if (typeof fields === 'string') throw new Unreadable(fields)
  return fields
}

function toNode(node: unknown, depth: number): SopsNode {
  if (depth > deepest) throw new Unreadable('is nested too deep')
  if (node === null) return { kind: 'null' }
  if (isMap(node)) return toFields(node, depth)
  if (isSeq(node)) return { kind: 'list', items: node.items.map((item) => toNode(item, depth + 1)) }
  if (isScalar(node) && node.tag === undefined) return toLeaf(node)
  throw new Unreadable('has an alias or a tag, which SOPS does not write')
}

function toLeaf({ value }: Scalar): SopsNode {
  if (value === null) return { kind: 'null' }
  if (typeof value === 'string') return { kind: 'text', text: value }
  if (typeof value === 'boolean') return { kind: 'literal', text: value ? 'True' : 'False' }
  if (typeof value === 'bigint' && value <= largestInteger && value >= -largestInteger - 1n) {
    return { kind: 'literal', text: String(value) }
  }
  return { kind: 'literal', text: renderNumber(Number(value)) }
}

/** Writes a number with as many digits as it takes and no exponent, as Go's `FormatFloat(value, 'f', -1, 64)`. */
function renderNumber(value: number): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(Object.is(value, -0) ? '-0' : String(value)) ?? []
  const point = whole.length + Number(exponent)
  const digits = whole + fraction
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length)
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`
}
