import type { Sources } from '../config/read-sources.ts'
import type { SourceFile } from '../config/source-file.ts'
import type { Diagnostic } from '../core/diagnostic.ts'
import { findWorkingCopy, isBelow, realPlace } from './working-copy.ts'

/**
 * Leaves out configuration files that are links to somewhere else: findings show lines of them, and in a run on code
 * from a fork a link may lead to anything that the machine can read.
 */
export async function leaveOutLinks(sources: Sources): Promise<Sources> {
  const outside = await Promise.all(sources.files.map(leadsOutside))
  return {
    files: sources.files.filter((_, index) => outside[index] !== true),
    diagnostics: [...sources.diagnostics, ...sources.files.filter((_, index) => outside[index] === true).map(linked)],
  }
}

async function leadsOutside({ path, baseDir }: SourceFile): Promise<boolean> {
  if (path === undefined) return false
  return !isBelow(await realPlace(path), await findWorkingCopy(baseDir))
}

function linked({ name }: SourceFile): Diagnostic {
  return {
    code: 'HS2013',
    severity: 'error',
    message: `${name} leads out of the working copy and is not read in a run on code from a fork.`,
    hint: 'Put the file itself into the working copy.',
  }
}
