type Task = () => void

/**
 * What each signal shall run. One listener a signal, because an `EventTarget` looks through all it has on every new one:
 * ten thousand waiting requests would share a signal.
 */
const tasksOf = new WeakMap<AbortSignal, Set<Task>>()

/** Runs `task` when any of the signals aborts, at once if one has; the returned function stops listening. */
export function onAbort(signals: readonly AbortSignal[], task: Task): () => void {
  if (signals.some((signal) => signal.aborted)) {
    task()
    return () => {}
  }
  const sets = signals.map(listenTo)
  for (const tasks of sets) tasks.add(task)
  return () => {
    for (const tasks of sets) tasks.delete(task)
  }
}

function listenTo(signal: AbortSignal): Set<Task> {
  const known = tasksOf.get(signal)
  if (known !== undefined) return known
  const tasks = new Set<Task>()
  tasksOf.set(signal, tasks)
  signal.addEventListener('abort', () => [...tasks].forEach((run) => run()), { once: true })
  return tasks
}
