/** One event of one agent at one webhook. */
export interface AgentEvent {
  readonly webhook: string
  readonly event: string
}

/** What a step does with the subscriptions of one agent. */
export type AgentCall =
  /** Sets the agent on the step's target, and so takes it off everything else it was on `before`. */
  | {
      readonly does: 'attach'
      readonly agent: string
      readonly events: readonly string[]
      readonly before: readonly AgentEvent[]
    }
  /** Takes the agent off everything. */
  | { readonly does: 'detach'; readonly agent: string; readonly before: readonly AgentEvent[] }
  /** Gives the agent back to the step's target if a create took it away. */
  | { readonly does: 'keep'; readonly agent: string; readonly events: readonly string[] }
  /** Sets the agent on the step's target again if an interrupted run left it on nothing. */
  | { readonly does: 'restore'; readonly agent: string; readonly events: readonly string[] }
  /** Fails: no call leads to where the agent shall be. */
  | { readonly does: 'refuse'; readonly agent: string }

/** Whom a create subscribes. */
export interface CreateCall {
  readonly subscriptions: readonly { readonly agent: string; readonly events: readonly string[] }[]
  /** Agents that a later step sets on the new webhook in any case. */
  readonly joining: readonly string[]
}
