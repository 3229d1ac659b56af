import type { LoadedProject } from '../config/project.ts'
import type { Trust } from '../trust/trust.ts'

/** What the files declare, and what a run may do with their secrets. */
export interface TrustedProject extends LoadedProject {
  readonly trust: Trust
}
