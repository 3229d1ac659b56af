import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fuzzAnswers } from './fuzz-answers.ts'
import type { Fuzzed, FuzzWork } from './fuzz-files.ts'
import type { Part } from './part.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? 1)

/** Feeds broken files and broken answers to the readers; none may crash, hang, or take much memory. */
export const fuzz: Part = {
  name: 'fuzz',
  title: 'hostile files and answers: no uncaught error, no hang, no write',
  share: 2.8,
  run: async ({ deadline }) => {
    const [files, answers] = await Promise.all([
      fuzzFilesAside({ seed, deadline }),
      fuzzAnswers({ seed: seed + 1, deadline }),
    ])
    return {
      figures: [...files.figures, ...answers.figures, `${files.tried + answers.tried} inputs in all`],
      failures: [...files.failures, ...answers.failures],
    }
  },
}

/** Reads files in a process of its own, beside the answers. */
async function fuzzFilesAside(work: FuzzWork): Promise<Fuzzed> {
  const child = fork(new URL('fuzz-files-process.ts', import.meta.url))
  child.send(work)
  const outcome = await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => [ended(code)])])
  return outcome[0] as Fuzzed
}

function ended(code: unknown): Fuzzed {
  return { figures: [], failures: [`the process that reads files ended with ${String(code)}`], tried: 0 }
}
