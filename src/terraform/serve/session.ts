import type { EngineFacts, Provider } from '../provider.ts'

/** What one process knows while it serves. */
export interface Session {
  /** The provider, opened once; rejects each time where it cannot be opened. */
  readonly provider: () => Promise<Provider>
  /** Who asks, as far as it has said. */
  readonly engine: EngineFacts
  /** Takes in who asks, when the provider is configured. */
  readonly meetEngine: (engine: EngineFacts) => void
  /** Tells of a value that no text may show from now on. */
  readonly noteSecret: (value: string) => void
  readonly scrub: (text: string) => string
  /** Tells of a mistake of ours, for the log. */
  readonly onMistake: (error: unknown) => void
  /** Aborts all calls, those under way and those to come. */
  readonly stop: () => void
}
