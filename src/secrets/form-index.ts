import { shortestForm } from './scrub-forms.ts'

const filterBits = 20
const filteredLength = 4

/**
 * Finds any of many texts in one pass. Not one large regular expression: that grows beyond what the engine compiles
 * when there are tens of thousands of secrets, and would be built anew for each secret that is added.
 */
export class FormIndex {
  /** Tells most places, at the cost of four characters, that no form begins there. */
  readonly #filter = new Uint8Array(2 ** filterBits)
  /** Forms by their first characters, longest first. */
  readonly #byBeginning = new Map<string, readonly string[]>()
  /** Beginnings that are shorter than what `#byBeginning` looks at. */
  readonly #shortBeginnings = new Set<string>()

  add(form: string): void {
    const beginning = form.slice(0, shortestForm)
    const known = this.#byBeginning.get(beginning) ?? []
    if (known.includes(form)) return
    this.#byBeginning.set(
      beginning,
      [...known, form].toSorted((a, b) => b.length - a.length),
    )
    if (known.length > 0) return
    this.#filter[hashAt(form, 0)] = 1
    for (let length = 1; length < shortestForm; length += 1) this.#shortBeginnings.add(form.slice(0, length))
  }

  /** Returns the forms that begin with the same characters as the text does at a place, longest first. */
  candidatesAt(text: string, place: number): readonly string[] {
    if (place + shortestForm > text.length || this.#filter[hashAt(text, place)] === 0) return []
    return this.#byBeginning.get(text.slice(place, place + shortestForm)) ?? []
  }

  /** Tells whether the rest of a text may be the beginning of a form that is longer than it. */
  mayContinue(text: string, place: number): boolean {
    if (place + shortestForm > text.length) return this.#shortBeginnings.has(text.slice(place))
    const rest = text.length - place
    return this.candidatesAt(text, place).some((form) => form.length > rest && form.startsWith(text.slice(place)))
  }
}

function hashAt(text: string, place: number): number {
  let hash = 0
  for (let index = place; index < place + filteredLength; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93)
  }
  return hash >>> (32 - filterBits)
}
