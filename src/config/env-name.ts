/** Finds the environment variable that a text reads, if it is a reference to one. */
export function envNameOf(text: string): string | undefined {
  const [, name] = /^(?:secret)?ref\+env:\/\/([^?#]*)/u.exec(text) ?? []
  return name === undefined ? undefined : decode(name)
}

/** A name may be written with percent signs; what is not well formed is found elsewhere. */
function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
