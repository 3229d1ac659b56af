import { createRequire } from 'node:module'
import type { CST, Document, ParsedNode, YAMLError } from 'yaml'
import type { SourceFile } from './source-file.ts'
import type { TextFault } from './source-tree.ts'
import { yamlFaults } from './yaml-faults.ts'

export type Yaml = typeof import('yaml')

const require = createRequire(import.meta.url)

/** Loads the full parser when the first file needs it; most never do, and it would cost every start a fifth of its time. */
export function loadYaml(): Yaml {
  return require('yaml') as Yaml
}

export interface ParsedYaml {
  readonly contents: ParsedNode | null
  readonly faults: readonly TextFault[]
}

/** Tokens that a nesting of 64 levels cannot pile up. */
const deepestStack = 1_000

/** Thrown where levels pile up: ending them takes recursion, and beginning them much memory. */
class TooDeep extends Error {
  readonly offset: number

  constructor(offset: number) {
    super()
    this.offset = offset
  }
}

/** Parses one file; faults name what the syntax does not allow. */
export function parseYaml({ text }: SourceFile, yaml: Yaml): ParsedYaml {
  try {
    return parseText(text, yaml)
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error
    const [message, hint] = yamlFaults.RESOURCE_EXHAUSTION
    return { contents: null, faults: [{ code: 'HS1008', message, hint, start: error.offset, end: error.offset }] }
  }
}

function parseText(text: string, yaml: Yaml): ParsedYaml {
  const composer = new yaml.Composer({
    keepSourceTokens: false,
    prettyErrors: false,
    // The parser's own search for repeated keys takes quadratic time; the walk over the document finds them.
    uniqueKeys: false,
    merge: false,
    version: '1.2',
  })
  const [document, second] = composer.compose(readTokens(text, yaml), true, text.length)
  if (document === undefined) return { contents: null, faults: [] }
  const found = [...document.errors, ...document.warnings]
  const exhausted = found.find((error) => error.code === 'RESOURCE_EXHAUSTION')
  // Where the parser gave up for depth, its other complaints are only an echo of that.
  const faults = (exhausted === undefined ? found : [exhausted]).map(textFault)
  return { contents: document.contents, faults: [...faults, ...(second === undefined ? [] : [refuseSecond(second)])] }
}

function* readTokens(text: string, yaml: Yaml): Generator<CST.Token, void> {
  const parser = new yaml.Parser()
  for (const lexeme of new yaml.Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > deepestStack) throw new TooDeep(parser.offset)
  }
  yield* parser.end()
}

function refuseSecond({ range: [start, end] }: Document.Parsed): TextFault {
  const [message, hint] = yamlFaults.MULTIPLE_DOCS
  return { code: 'HS1002', message, hint, start, end }
}

function textFault(error: YAMLError): TextFault {
  const [message, hint] = yamlFaults[error.code]
  const code = error.code === 'RESOURCE_EXHAUSTION' ? 'HS1008' : 'HS1002'
  return { code, message, hint, start: error.pos[0], end: error.pos[1] }
}
