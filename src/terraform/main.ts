import { runProvider } from './run-provider.ts'

void runProvider(async () => {
  const { openProvider } = await import('./open-provider.ts')
  return openProvider()
})
