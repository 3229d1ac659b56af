/** What a request path has to do with a list of routes. */
export type Routing<Route> =
  | { readonly kind: 'found'; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'missing'; readonly allowed: readonly string[] }

/** Finds the first route for a method and path, or the methods that the path has. */
export function findRoute<Route extends { readonly method: string; readonly path: string }>(
  routes: readonly Route[],
  method: string,
  path: string,
): Routing<Route> {
  const allowed: string[] = []
  for (const route of routes) {
    const params = matchPath(route.path, path)
    if (params === undefined) continue
    if (route.method === method) return { kind: 'found', route, params }
    allowed.push(route.method)
  }
  return { kind: 'missing', allowed }
}

function matchPath(pattern: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, want] of wanted.entries()) {
    const segment = decodeSegment(given[index] ?? '')
    if (segment === undefined) return undefined
    if (!want.startsWith(':')) {
      if (want !== segment) return undefined
    } else {
      if (segment === '') return undefined
      params[want.slice(1)] = segment
    }
  }
  return params
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
