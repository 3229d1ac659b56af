import { expect, test } from 'vitest'
import type { Node } from '../../src/engine/link-actions.ts'
import { runNodes } from '../../src/engine/run-nodes.ts'

test('what others wait for is begun before what nobody waits for', async () => {
  const order = await orderOf([node('alone 1'), node('alone 2'), node('first'), node('second', 'first')])

  expect(order).toEqual(['first', 'second', 'alone 1', 'alone 2'])
})

test('what is begun is ended before anything new is begun', async () => {
  const order = await orderOf([
    node('create 1'),
    node('create 2'),
    node('create 3'),
    node('capture 1', 'create 1'),
    node('capture 2', 'create 2'),
    node('delete 1', 'create 1', 'capture 1'),
  ])

  expect(order).toEqual(['create 1', 'capture 1', 'delete 1', 'create 2', 'capture 2', 'create 3'])
})

function node(id: string, ...after: readonly string[]): Node {
  return { id, after }
}

/** Runs nodes one at a time and lists them as they were run. */
async function orderOf(nodes: readonly Node[]): Promise<readonly string[]> {
  const order: string[] = []
  const run = async ({ id }: Node): Promise<boolean> => {
    order.push(id)
    return true
  }
  await runNodes(nodes, { concurrency: 1, stop: new AbortController().signal, run })
  return order
}
