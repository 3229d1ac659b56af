import { renderCompletion, shells } from '../completion.ts'
import type { Context } from '../context.ts'
import { exitCode } from '../exit-code.ts'
import { usageError } from '../flags.ts'

/** Runs `hooks-sync completion SHELL`. */
export async function run({ operands, output }: Context): Promise<number> {
  const [name = ''] = operands
  const shell = shells.find((known) => known === name)
  if (shell === undefined)
    throw usageError(`There is no completion for "${name}".`, `The shells are ${shells.join(', ')}.`)
  output.result(renderCompletion(shell))
  return exitCode([])
}
