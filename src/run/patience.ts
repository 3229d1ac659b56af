/** Makes a signal that ends all waiting a moment after a run was asked to stop. */
export function patienceAfter(stop: AbortSignal, graceMs = 5000): AbortSignal {
  const patience = new AbortController()
  const end = (): void => void setTimeout(() => patience.abort(), graceMs).unref()
  if (stop.aborted) end()
  else stop.addEventListener('abort', end, { once: true })
  return patience.signal
}
