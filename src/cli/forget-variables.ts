/** What the packages of cloud stores, and Node itself, read from the environment on their own. */
const readByOthers = /^(?:AWS|GOOGLE|GCLOUD|GCP|AZURE|OP|NODE)_|^(?:PATH|HOME|USER|TMPDIR|TEMP|TMP)$|_proxy$/iu
/** A shorter value may stand there by chance. */
const shortest = 8

/**
 * Makes what takes a variable out of an environment once its value is known to be a secret: whatever is started or
 * written from then on does not carry it. The values themselves stay with whoever took them before.
 */
export function makeForgetter(env: NodeJS.ProcessEnv): (value: string) => void {
  const names = new Map<string, string[]>()
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value.length < shortest || readByOthers.test(name)) continue
    names.set(value, [...(names.get(value) ?? []), name])
  }
  return (value) => {
    for (const name of names.get(value) ?? []) delete env[name]
  }
}
