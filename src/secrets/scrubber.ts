import { Transform, type TransformCallback } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { FormIndex } from './form-index.ts'
import { scrubForms } from './scrub-forms.ts'

const mask = '[secret]'

/**
 * The second line of defense: removes every form of every known secret from text that leaves the process. The first is
 * that values live in `Secret` objects. Values of fewer than 8 characters rely on the first alone, because masking every
 * "a" or "true" would wreck the output and tell the secret by what is masked.
 */
export interface Scrubber {
  add(value: string): void
  scrub(text: string): string
  /** Makes a stream of text that scrubs across the borders of its chunks. */
  stream(): Transform
}

/** A text scrubbed as far as it is certain, and the end of it that its continuation may turn into a secret. */
interface Scrubbed {
  readonly safe: string
  readonly rest: string
}

type Continuation = 'none' | 'possible'

/** Makes a scrubber that knows no secret yet. */
export function makeScrubber(): Scrubber {
  const values = new Set<string>()
  const unread: string[] = []
  const index = new FormIndex()
  const scrubPart = (text: string, continuation: Continuation): Scrubbed => {
    // Most runs print little; the forms of a secret are worked out only when something is.
    for (const form of unread.splice(0).flatMap(scrubForms)) index.add(form)
    return scrubText(text, index, continuation)
  }
  return {
    add: (value) => {
      if (values.has(value)) return
      values.add(value)
      unread.push(value)
    },
    scrub: (text) => scrubPart(text, 'none').safe,
    stream: () => makeScrubStream(scrubPart),
  }
}

function scrubText(text: string, index: FormIndex, continuation: Continuation): Scrubbed {
  let safe = ''
  let copied = 0
  let place = 0
  while (place < text.length) {
    if (continuation === 'possible' && index.mayContinue(text, place)) {
      return { safe: safe + text.slice(copied, place), rest: text.slice(place) }
    }
    const length = index.matchAt(text, place)
    if (length === undefined) {
      place += 1
      continue
    }
    safe += text.slice(copied, place) + mask
    place += length
    copied = place
  }
  return { safe: safe + text.slice(copied), rest: '' }
}

function makeScrubStream(scrubPart: (text: string, continuation: Continuation) => Scrubbed): Transform {
  const decoder = new StringDecoder('utf8')
  let held = ''
  return new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
      const { safe, rest } = scrubPart(held + decoder.write(chunk), 'possible')
      held = rest
      done(null, safe)
    },
    flush(done: TransformCallback): void {
      done(null, scrubPart(held + decoder.end(), 'none').safe)
    },
  })
}
