import type { Context } from '../context.ts'
export async function run(_: Context): Promise<number> {
  return 1
}
