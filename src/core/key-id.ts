/** Returns the id of the key a fingerprint was made with; marks such as `pending` have none. */
export function keyIdOf(fingerprint: string): string | undefined {
  return /^fp1:([A-Za-z0-9_-]{6}):[A-Za-z0-9_-]{22}$/.exec(fingerprint)?.[1]
}

/** Whether two fingerprints were made with different keys, so that holding one against the other tells nothing. */
export function haveUnlikeKeys(one: string, other: string): boolean {
  const id = keyIdOf(one)
  const otherId = keyIdOf(other)
  return id !== undefined && otherId !== undefined && id !== otherId
}
