/** Groups by account, in the order in which accounts first appear. */
export function groupByProvider<Item extends { readonly provider: string }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(item.provider)
    if (group === undefined) groups.set(item.provider, [item])
    else group.push(item)
  }
  return groups
}
