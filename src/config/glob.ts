const patterns = new Map<string, RegExp>()

/** Tells whether a text matches a glob in which `*` stands for any run of characters. */
export function matchesGlob(text: string, glob: string): boolean {
  const pattern = patterns.get(glob) ?? compile(glob)
  return pattern.test(text)
}

function compile(glob: string): RegExp {
  const parts = glob.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}/]/gu, '\\$&'))
  const pattern = new RegExp(`^${parts.join('.*')}$`, 'u')
  patterns.set(glob, pattern)
  return pattern
}
