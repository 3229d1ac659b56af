import type { StoreFault, StoreWritten } from '../store.ts'
import type { EditedText } from './edit-text.ts'

/** What one version of a secret holds; no text where that version is destroyed. */
export interface NumberedVersion {
  readonly kind: 'version'
  readonly number: number
  readonly text?: string
}

/** A secret of a service that numbers its versions one by one, and does not compare when one is added. */
export interface NumberedSecret {
  /** Reads a version, the latest if none is named; undefined where there is none. */
  read(number?: number): Promise<NumberedVersion | StoreFault | undefined>
  /** Adds a version and returns its number; a conflict where the secret has just been made by somebody else. */
  append(
    text: string,
    base: NumberedVersion | undefined,
  ): Promise<{ readonly kind: 'appended'; readonly number: number } | StoreFault>
}

type Emptied = Extract<EditedText, { kind: 'emptied' }>

const tries = 5

/**
 * Adds a version that is made from the latest one. A gap in the numbers tells that somebody else has added one in between,
 * which ours would hide: then the change is made once more, from theirs; and where it cannot be, theirs is put back.
 */
export async function writeNumbered(
  secret: NumberedSecret,
  edit: (base: NumberedVersion | undefined) => EditedText,
  overtaken: StoreFault,
): Promise<StoreWritten | Emptied | StoreFault> {
  let base = await secret.read()
  /** The number of the version of ours that hides somebody else's. */
  let hiding: number | undefined
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    if (base !== undefined && base.kind !== 'version') return base
    const edited = edit(base)
    const text = edited.kind === 'changed' ? edited.text : hiding === undefined ? undefined : base?.text
    if (text === undefined) return outcomeOf(edited, base?.number)
    const appended = await secret.append(text, base)
    if (appended.kind === 'appended') {
      if (appended.number === (hiding ?? base?.number ?? 0) + 1) return outcomeOf(edited, appended.number)
      hiding = appended.number
    } else if (appended.kind !== 'conflict') {
      return appended
    }
    base = await secret.read(hiding === undefined ? undefined : hiding - 1)
    // The SDK has made the call twice, because the answer to the first one was lost.
    if (base?.kind === 'version' && base.text === text) return outcomeOf(edited, hiding ?? base.number)
  }
  return overtaken
}

function outcomeOf(edited: EditedText, number: number | undefined): StoreWritten | Emptied | StoreFault {
  if (edited.kind !== 'changed' && edited.kind !== 'unchanged') return edited
  return { kind: 'written', ...(number === undefined ? {} : { version: String(number) }) }
}
