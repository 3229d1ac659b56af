const loopbackHosts = /^(?:localhost|\[::1\]|127\.\d+\.\d+\.\d+)$/

/** Tells whether a URL stays on this machine: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(url: string | URL): boolean {
  const parsed = parseUrl(url)
  return parsed !== undefined && loopbackHosts.test(parsed.hostname)
}

/**
 * Tells whether credentials may go to a URL: loopback always, other hosts over https only and where a pattern names
 * them. A pattern is an exact origin (`https://host:8443`), a host (`api.example.com`) or every host below one
 * (`*.example.com`, not `example.com` itself); a host means its port 443, unless the pattern names one.
 */
export function checkOrigin(url: string | URL, allowedHosts: readonly string[]): boolean {
  const parsed = parseUrl(url)
  if (parsed === undefined || parsed.username !== '' || parsed.password !== '') return false
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return false
  if (loopbackHosts.test(parsed.hostname)) return true
  if (parsed.protocol !== 'https:') return false
  return allowedHosts.some((pattern) => matchesPattern(parsed, pattern.trim().toLowerCase()))
}

function matchesPattern(url: URL, pattern: string): boolean {
  if (pattern.includes('://')) return parseUrl(pattern)?.origin === url.origin
  if (!pattern.startsWith('*.')) return url.host === pattern || `${url.host}:443` === pattern
  const domain = pattern.slice(1)
  return url.host.endsWith(domain) && url.host.length > domain.length
}

function parseUrl(url: string | URL): URL | undefined {
  if (url instanceof URL) return url
  return URL.canParse(url) ? new URL(url) : undefined
}
