import { readPlainTree } from './plain-tree.ts'
import type { SourceFile } from './source-file.ts'
import type { SourceTree } from './source-tree.ts'
import { readYamlTree } from './yaml-tree.ts'

/** Parses one file into data and remembers where each value is written. */
export function readTree(file: SourceFile): SourceTree {
  return readPlainTree(file) ?? readYamlTree(file)
}
