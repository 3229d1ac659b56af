import { createRequire } from 'node:module'
import type { ParsedNode, YAMLError } from 'yaml'
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

/** Parses one file; faults name what the syntax does not allow. */
export function parseYaml(file: SourceFile, yaml: Yaml): ParsedYaml {
  try {
    return parseDocument(file, yaml)
  } catch (error) {
    // The parser ends levels by recursion and counts only those that it begins.
    if (!(error instanceof RangeError)) throw error
    const [message, hint] = yamlFaults.RESOURCE_EXHAUSTION
    return { contents: null, faults: [{ code: 'HS1008', message, hint, start: 0, end: 0 }] }
  }
}

function parseDocument(file: SourceFile, yaml: Yaml): ParsedYaml {
  const { contents, errors, warnings } = yaml.parseDocument(file.text, {
    keepSourceTokens: false,
    prettyErrors: false,
    // The parser's own search for repeated keys takes quadratic time; the walk over the document finds them.
    uniqueKeys: false,
    merge: false,
    version: '1.2',
    // At a lower level the parser passes over a second document in silence.
    logLevel: 'error',
  })
  const found = [...errors, ...warnings]
  const exhausted = found.find((error) => error.code === 'RESOURCE_EXHAUSTION')
  // Where the parser gave up for depth, its other complaints are only an echo of that.
  return { contents, faults: (exhausted === undefined ? found : [exhausted]).map(textFault) }
}

function textFault(error: YAMLError): TextFault {
  const [message, hint] = yamlFaults[error.code]
  const code = error.code === 'RESOURCE_EXHAUSTION' ? 'HS1008' : 'HS1002'
  return { code, message, hint, start: error.pos[0], end: error.pos[1] }
}
