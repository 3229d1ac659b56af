import { type Document, LineCounter, type ParsedNode, parseDocument, type YAMLError } from 'yaml'
import type { Code } from '../core/codes.ts'
import type { SourceFile } from './source-file.ts'
import { yamlFaults } from './yaml-faults.ts'

/** A fault of the text, by the offset where it stands. */
export interface TextFault {
  readonly code: Code
  readonly message: string
  readonly hint: string
  readonly start: number
  readonly end: number
}

export interface ParsedYaml {
  readonly document: Document<ParsedNode>
  readonly lines: LineCounter
  readonly faults: readonly TextFault[]
}

/** Parses one file; faults name what the syntax does not allow. */
export function parseYaml(file: SourceFile): ParsedYaml {
  const lines = new LineCounter()
  const document = parseDocument(file.text, {
    lineCounter: lines,
    keepSourceTokens: false,
    prettyErrors: false,
    // The parser's own search for repeated keys takes quadratic time; the walk over the document finds them.
    uniqueKeys: false,
    merge: false,
    version: '1.2',
    // At a lower level the parser passes over a second document in silence.
    logLevel: 'error',
  })
  const errors = [...document.errors, ...document.warnings]
  const exhausted = errors.find((error) => error.code === 'RESOURCE_EXHAUSTION')
  // Where the parser gave up for depth, its other complaints are only an echo of that.
  const told = exhausted === undefined ? errors : [exhausted]
  return { document, lines, faults: told.map(textFault) }
}

function textFault(error: YAMLError): TextFault {
  const [message, hint] = yamlFaults[error.code]
  const code = error.code === 'RESOURCE_EXHAUSTION' ? 'HS1008' : 'HS1002'
  return { code, message, hint, start: error.pos[0], end: error.pos[1] }
}
