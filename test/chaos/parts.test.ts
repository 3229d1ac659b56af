import { expect, test } from 'vitest'
import { deliveries } from '../../chaos/deliveries.ts'
import { faults } from '../../chaos/faults.ts'
import { guards } from '../../chaos/guards.ts'
import { rivals } from '../../chaos/rivals.ts'

test.each([deliveries, faults, guards, rivals])(
  'the part $name of the chaos suite finds nothing wrong in a first try',
  async ({ run }) => {
    const { figures, failures } = await run({ workers: 1, deadline: Number.POSITIVE_INFINITY, most: 1 })

    expect(failures).toEqual([])
    expect(figures.join('\n')).toMatch(/\b1 of \d+ |\b1 applies\b/u)
  },
)
