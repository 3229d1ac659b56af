/** Runs `task` when any of the signals aborts, at once if one has; the returned function stops listening. */
export function onAbort(signals: readonly AbortSignal[], task: () => void): () => void {
  if (signals.some((signal) => signal.aborted)) {
    task()
    return () => {}
  }
  for (const signal of signals) signal.addEventListener('abort', task)
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', task)
  }
}
