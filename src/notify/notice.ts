/** What a notification says, before it is put into the words of where it goes. Holds no secret. */
export interface Notice {
  readonly event: 'drift' | 'apply'
  readonly tone: 'good' | 'attention' | 'bad'
  /** What it is about, such as a repository and a shard; empty where nothing is known. */
  readonly about: readonly string[]
  readonly headline: string
  /** Findings or actions, the most important ones first. */
  readonly items: readonly NoticeItem[]
  /** The same for programs. */
  readonly document: Readonly<Record<string, unknown>>
}

export interface NoticeItem {
  /** Such as `changed` or `failed`. */
  readonly label: string
  /** Such as `provider/key`. */
  readonly subject: string
  readonly details: readonly string[]
}

/** How many items people are shown before the rest is counted. */
export const shownItems = 10

/** How many items programs are sent. */
export const sentItems = 100

/** Words how many items are not shown; undefined where all are. */
export function renderRest({ items }: Notice): string | undefined {
  const rest = items.length - shownItems
  return rest > 0 ? `… and ${rest} more` : undefined
}
