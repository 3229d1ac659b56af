import type { Node } from './link-actions.ts'

export type NodeOutcome = 'done' | 'failed' | 'skipped'

export interface RunOptions {
  readonly concurrency: number
  readonly stop: AbortSignal
  /** Carries out one node; false when it failed. Never rejects. */
  readonly run: (node: Node) => Promise<boolean>
}

/**
 * Runs nodes side by side, each after those it depends on. What depends on a failed node is skipped, everything else
 * goes on. After a stop nothing new begins, and what is in flight is finished.
 */
export function runNodes(nodes: readonly Node[], options: RunOptions): Promise<ReadonlyMap<string, NodeOutcome>> {
  const graph = makeGraph(nodes)
  let active = 0
  return new Promise((resolve) => {
    const pump = (): void => {
      for (let node = next(); node !== undefined; node = next()) start(node)
      if (active === 0) resolve(graph.finish())
    }
    const next = (): Node | undefined => {
      if (active >= options.concurrency) return undefined
      return options.stop.aborted ? graph.takeReady(finishes) : graph.takeReady()
    }
    const start = (node: Node): void => {
      active += 1
      void options.run(node).then((succeeded) => {
        active -= 1
        graph.settle(node, succeeded ? 'done' : 'failed')
        pump()
      })
    }
    pump()
  })
}

/** A secret that a vendor has just made is stored also after a stop: without it nobody can check deliveries. */
function finishes({ step }: Node): boolean {
  return step?.does === 'capture' && 'step' in step.of
}

interface Graph {
  /** Takes the next node that waits for nothing; with a condition, the next that meets it. */
  takeReady(condition?: (node: Node) => boolean): Node | undefined
  settle(node: Node, outcome: NodeOutcome): void
  /** Counts everything that was never reached as skipped. */
  finish(): ReadonlyMap<string, NodeOutcome>
}

function makeGraph(nodes: readonly Node[]): Graph {
  const known = new Set(nodes.map((node) => node.id))
  const missing = new Map<string, number>()
  const dependents = new Map<string, Node[]>(nodes.map((node) => [node.id, []]))
  const outcomes = new Map<string, NodeOutcome>()
  for (const node of nodes) {
    const needed = node.after.filter((id) => known.has(id))
    missing.set(node.id, needed.length)
    for (const id of needed) dependents.get(id)?.push(node)
  }
  const ready = sortByUrgency(nodes, missing, dependents)

  const release = (node: Node): void => {
    const left = (missing.get(node.id) ?? 1) - 1
    missing.set(node.id, left)
    if (left === 0 && !outcomes.has(node.id)) ready.begun.push(node)
  }
  const skipAfter = (failed: Node): void => {
    const queue = [failed]
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      for (const dependent of dependents.get(node.id) ?? []) {
        if (outcomes.has(dependent.id)) continue
        outcomes.set(dependent.id, 'skipped')
        queue.push(dependent)
      }
    }
  }
  return {
    takeReady: (condition = () => true) => {
      // What is passed over is not taken later either: a stop is for good.
      for (let node = takeFirst(ready); node !== undefined; node = takeFirst(ready)) if (condition(node)) return node
      return undefined
    },
    settle: (node, outcome) => {
      outcomes.set(node.id, outcome)
      if (outcome === 'failed') skipAfter(node)
      else for (const dependent of dependents.get(node.id) ?? []) release(dependent)
    },
    finish: () => {
      for (const node of nodes) if (!outcomes.has(node.id)) outcomes.set(node.id, 'skipped')
      return outcomes
    },
  }
}

/** Nodes that wait for nothing any more, each list in its order; the lists themselves stand in the order of urgency. */
interface Ready {
  /** What ends something begun, such as storing a secret that was just made, or deleting what was just replaced. */
  readonly begun: Line
  readonly awaited: Line
  readonly rest: Line
}

/** A queue; a moving head keeps taking constant however long it is. */
class Line {
  readonly #nodes: Node[]
  #taken = 0

  constructor(nodes: readonly Node[]) {
    this.#nodes = [...nodes]
  }

  push(node: Node): void {
    this.#nodes.push(node)
  }

  take(): Node | undefined {
    const node = this.#nodes[this.#taken]
    if (node !== undefined) this.#taken += 1
    return node
  }
}

function sortByUrgency(
  nodes: readonly Node[],
  missing: ReadonlyMap<string, number>,
  dependents: ReadonlyMap<string, readonly Node[]>,
): Ready {
  const free = nodes.filter((node) => missing.get(node.id) === 0)
  const isAwaited = ({ id }: Node): boolean => (dependents.get(id) ?? []).length > 0
  return {
    begun: new Line([]),
    awaited: new Line(free.filter(isAwaited)),
    rest: new Line(free.filter((node) => !isAwaited(node))),
  }
}

function takeFirst({ begun, awaited, rest }: Ready): Node | undefined {
  return begun.take() ?? awaited.take() ?? rest.take()
}
