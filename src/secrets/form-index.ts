import { shortestForm } from './scrub-forms.ts'

const filterBits = 20
const filteredLength = 4

/** Forms that begin with the same characters. */
interface Bucket {
  readonly forms: Set<string>
  /** The lengths that occur, longest first. */
  lengths: readonly number[]
}

/**
 * Finds any of many texts in one pass. Not one large regular expression: that grows beyond what the engine compiles
 * when there are tens of thousands of secrets, and would be built anew for each secret that is added.
 */
export class FormIndex {
  /** Tells of most places, at the cost of four characters, that no form begins there. */
  readonly #filter = new Uint8Array(2 ** filterBits)
  /** The same for the ends of texts that are too short for `#buckets`; by hash only, so it may hold back too much. */
  readonly #endFilter = new Uint8Array(2 ** filterBits)
  readonly #buckets = new Map<string, Bucket>()

  add(form: string): void {
    const beginning = form.slice(0, shortestForm)
    const bucket = this.#buckets.get(beginning) ?? this.#addBucket(beginning)
    bucket.forms.add(form)
    if (bucket.lengths.includes(form.length)) return
    bucket.lengths = [...bucket.lengths, form.length].toSorted((a, b) => b - a)
  }

  /** Returns the length of the longest form that stands at a place of a text. */
  matchAt(text: string, place: number): number | undefined {
    const bucket = this.#bucketAt(text, place)
    return bucket?.lengths.find((length) => bucket.forms.has(text.slice(place, place + length)))
  }

  /** Tells whether the rest of a text may be the beginning of a form that is longer than it. */
  mayContinue(text: string, place: number): boolean {
    const rest = text.length - place
    // No form begins in the middle of a character, and a text cut there could not be written as UTF-8.
    if (isSecondHalf(text, place)) return false
    if (rest < shortestForm) return this.#endFilter[hashAt(text, place, rest)] === 1
    const bucket = this.#bucketAt(text, place)
    if (bucket === undefined || (bucket.lengths[0] ?? 0) <= rest) return false
    const end = text.slice(place)
    return Array.from(bucket.forms).some((form) => form.length > rest && form.startsWith(end))
  }

  #addBucket(beginning: string): Bucket {
    const bucket: Bucket = { forms: new Set(), lengths: [] }
    this.#buckets.set(beginning, bucket)
    this.#filter[hashAt(beginning, 0, filteredLength)] = 1
    for (let length = 1; length < shortestForm; length += 1) this.#endFilter[hashAt(beginning, 0, length)] = 1
    return bucket
  }

  #bucketAt(text: string, place: number): Bucket | undefined {
    if (place + shortestForm > text.length || this.#filter[hashAt(text, place, filteredLength)] === 0) return undefined
    return this.#buckets.get(text.slice(place, place + shortestForm))
  }
}

function isSecondHalf(text: string, place: number): boolean {
  const unit = text.charCodeAt(place)
  return unit >= 0xdc_00 && unit <= 0xdf_ff
}

function hashAt(text: string, place: number, length: number): number {
  let hash = length
  for (let index = place; index < place + length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01_00_01_93)
  }
  return hash >>> (32 - filterBits)
}
