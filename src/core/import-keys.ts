import { compareText } from './diagnostic.ts'

/** What a key is made of, best first. */
export interface KeyWish {
  /** The key it had before, where there was one. */
  readonly former?: string
  readonly url: string
  /** Tells webhooks of one URL apart, such as the app or the first event. */
  readonly detail: string
  /** Orders webhooks that nothing else tells apart. */
  readonly id: string
}

/**
 * Chooses a key for each wish: the former one, else host and path of the URL, with the detail where that is not
 * unique, with a number where that is not either. The order of the wishes makes no difference.
 */
export function chooseKeys(wishes: readonly KeyWish[], taken: ReadonlySet<string>): ReadonlyMap<KeyWish, string> {
  const keys = new Map<KeyWish, string>()
  const used = new Set(taken)
  for (const nameOf of [former, byUrl, byDetail]) giveUnique(wishes, nameOf, keys, used)
  for (const wish of wishes.filter((one) => !keys.has(one)).toSorted((a, b) => compareText(a.id, b.id))) {
    const key = numbered(byDetail(wish), used)
    keys.set(wish, key)
    used.add(key)
  }
  return keys
}

type NameOf = (wish: KeyWish) => string | undefined

function giveUnique(wishes: readonly KeyWish[], nameOf: NameOf, keys: Map<KeyWish, string>, used: Set<string>): void {
  const open = wishes.filter((wish) => !keys.has(wish))
  const counts = new Map<string | undefined, number>()
  for (const wish of open) counts.set(nameOf(wish), (counts.get(nameOf(wish)) ?? 0) + 1)
  const given = open.flatMap((wish) => {
    const name = nameOf(wish)
    return name === undefined || used.has(name) || counts.get(name) !== 1 ? [] : [[wish, name] as const]
  })
  for (const [wish, name] of given) {
    keys.set(wish, name)
    used.add(name)
  }
}

function former(wish: KeyWish): string | undefined {
  return wish.former
}

function byUrl(wish: KeyWish): string {
  const [place = ''] = wish.url.replace(/^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?/iu, '').split(/[?#]/u, 1)
  return slug(place) || 'webhook'
}

function byDetail(wish: KeyWish): string {
  const detail = slug(wish.detail)
  return detail === '' ? byUrl(wish) : `${byUrl(wish)}-${detail}`
}

function numbered(name: string, used: ReadonlySet<string>): string {
  let number = 1
  while (used.has(number === 1 ? name : `${name}-${number}`)) number += 1
  return number === 1 ? name : `${name}-${number}`
}

function slug(text: string): string {
  const words = text.toLowerCase().replaceAll(/[^a-z0-9]+/gu, '-')
  return words.slice(0, 60).replaceAll(/^-+|-+$/gu, '')
}
