import { expect, test } from 'vitest'
import { Turns, yielded } from '../../src/terraform/account/turns.ts'

const never = { now: Date.now, wait: () => new Promise<void>(() => undefined) }
const atOnce = { now: Date.now, wait: () => Promise.resolve() }

test('one after the other is done, also where one fails', async () => {
  const turns = new Turns()
  const done: string[] = []
  const failing = turns.take('app', never, async () => {
    done.push('first')
    throw new Error('no luck')
  })
  const second = turns.take('app', never, async () => done.push('second'))

  await expect(failing).rejects.toThrow('no luck')
  await second

  expect(done).toEqual(['first', 'second'])
})

test('who lets others go first is begun again after one that had yet to come', async () => {
  const turns = new Turns()
  const done: string[] = []
  const patient = turns.take('app', never, async ({ mayYield }) => {
    done.push('looked')
    if (done.includes('made room') || !mayYield) return done.push('took it')
    // The other one comes only now, when nobody waits.
    setImmediate(() => void turns.take('app', never, async () => done.push('made room')))
    return yielded
  })

  await patient

  expect(done).toEqual(['looked', 'made room', 'looked', 'took it'])
})

test('where none comes, it goes on and lets nobody go first any more', async () => {
  const asked: boolean[] = []

  await new Turns().take('app', atOnce, async ({ mayYield }) => {
    asked.push(mayYield)
    return mayYield ? yielded : 'done'
  })

  expect(asked).toEqual([true, false])
})
