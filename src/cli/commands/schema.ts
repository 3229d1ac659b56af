import { definitions } from '../../providers/registry.ts'
import { makeJsonSchema } from '../../schema/json-schema.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'

/** Runs `hooks-sync schema`. */
export async function run({ output }: Context): Promise<number> {
  output.result(`${JSON.stringify(makeJsonSchema(definitions), undefined, 2)}\n`)
  return exitCode([])
}
