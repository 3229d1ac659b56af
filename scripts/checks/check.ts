/** One thing that holds for the project. */
export interface Check {
  readonly name: string
  /** Resolves to what does not hold; nothing when all is well. */
  readonly run: () => Promise<readonly string[]>
}

/** Where the project starts. */
export const root: string = new URL('../..', import.meta.url).pathname
