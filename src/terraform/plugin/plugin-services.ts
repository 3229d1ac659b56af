import type { Server } from '@grpc/grpc-js'
import {
  GRPCBroker,
  type GRPCBrokerMethods,
  GRPCController,
  type GRPCControllerMethods,
  GRPCStdio,
  type GRPCStdioMethods,
  Health,
  HealthCheckResponseServingStatus,
  type HealthMethods,
} from '../protocol/generated/messages.ts'
import { type Answers, type CallSettings, serveMethods } from './serve-methods.ts'

/** Serves what every plugin serves beside its own calls. */
export function servePluginServices(server: Server, settings: CallSettings, onShutdown: () => void): void {
  const controller: Answers<GRPCControllerMethods> = {
    Shutdown: async () => {
      // The answer goes out first; the engine then waits for the process to end.
      setImmediate(onShutdown)
      return {}
    },
  }
  const stdio: Answers<GRPCStdioMethods, 'StreamStdio'> = { StreamStdio: (_request, signal) => nothingUntil(signal) }
  const broker: Answers<GRPCBrokerMethods, 'StartStream'> = { StartStream: (_request, signal) => nothingUntil(signal) }
  const health: Answers<HealthMethods> = {
    Check: async () => ({ status: HealthCheckResponseServingStatus.SERVING }),
  }
  serveMethods(server, GRPCController, controller, settings)
  serveMethods(server, GRPCStdio, stdio, settings)
  serveMethods(server, GRPCBroker, broker, settings)
  serveMethods(server, Health, health, settings)
}

/** Nothing is ever printed, and no further connection opened; the engine keeps the streams open all the same. */
async function* nothingUntil(signal: AbortSignal): AsyncGenerator<never> {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  yield* []
}
