/** The two streams of the program. Results go to stdout, everything else to stderr; both are scrubbed of secrets. */
export interface Output {
  /** Writes what the command was asked for. */
  result(text: string): void
  /** Writes a secret that was asked for by name: the one text that is not scrubbed. */
  reveal(text: string): void
  /** Writes findings, questions and progress. */
  note(text: string): void
  /** Shows one line that is overwritten by what follows; only on a terminal. */
  status(line: string | undefined): void
  /** Scrubs all that is written from now on. */
  scrubWith(scrub: (text: string) => string): void
  scrub(text: string): string
  /** Waits until everything is written; answers why stdout could not take it, other than that nobody listens. */
  flush(): Promise<string | undefined>
  readonly stdout: Face
  readonly stderr: Face
}

/** What a stream shows text on. */
export interface Face {
  readonly isTerminal: boolean
  readonly columns: number | undefined
}

/** A stream of the process; only a terminal says that it is one, and how wide. */
export interface TextStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string, done: () => void): boolean
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

const eraseLine = '\r\u001b[2K'

/** Takes over the streams of the process. */
export function openOutput(stdout: TextStream, stderr: TextStream): Output {
  const out = openStream(stdout)
  const err = openStream(stderr)
  let scrub = (text: string): string => text
  let shown: string | undefined
  const erase = (): void => {
    if (shown !== undefined) err.write(eraseLine)
  }
  const around = (write: () => void): void => {
    erase()
    write()
    if (shown !== undefined) err.write(shown)
  }
  return {
    result: (text) => around(() => out.write(scrub(text))),
    reveal: (text) => around(() => out.write(text)),
    note: (text) => around(() => err.write(scrub(text))),
    status: (line) => {
      if (!err.face.isTerminal) return
      erase()
      shown = line === undefined ? undefined : scrub(line).slice(0, (err.face.columns ?? 80) - 1)
      if (shown !== undefined) err.write(shown)
    },
    scrubWith: (scrubber) => {
      scrub = scrubber
    },
    scrub: (text) => scrub(text),
    flush: async () => {
      await err.written()
      return out.written()
    },
    stdout: out.face,
    stderr: err.face,
  }
}

/** A terminal that was given no size says 0. */
function columnsOf({ columns }: TextStream): number | undefined {
  return columns === 0 ? undefined : columns
}

interface OpenStream {
  readonly face: Face
  write(text: string): void
  written(): Promise<string | undefined>
}

function openStream(stream: TextStream): OpenStream {
  let failure: string | undefined
  let last: Promise<void> = Promise.resolve()
  // A reader that goes away early, such as `head`, is no error of ours; without a listener it would end the process.
  const isTerminal = stream.isTTY === true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') failure ??= error.code ?? error.message
  })
  return {
    face: { isTerminal, columns: isTerminal ? columnsOf(stream) : undefined },
    write: (text) => {
      if (text === '') return
      last = new Promise((resolve) => stream.write(text, () => resolve()))
    },
    written: async () => {
      await last
      return failure
    },
  }
}
