import { createMetricsRegistry } from '#shared/metrics/metrics-registry.ts'
import { connectPostgres } from '#shared/postgres/connect.ts'
import { createAgentApp } from '../app.ts'
import { createAgentDependencies } from '../dependencies.ts'
import { type createTestAgent, testBase } from './create-test-agent.ts'

/** The same service in another process, as far as it can tell: the same database, with connections, journal and memory of its own. */
export const createSecondWorker = async (agent: Awaited<ReturnType<typeof createTestAgent>>) => {
  const connection = connectPostgres(agent.postgres.url, 2)
  const journal = await agent.openOwnJournal()
  const dependencies = createAgentDependencies(
    testBase({
      database: connection.database,
      journal,
      metrics: createMetricsRegistry(),
      objects: agent.objects,
      ...agent.options,
    }),
  )
  return {
    app: createAgentApp(dependencies),
    dependencies,
    journal,
    async [Symbol.asyncDispose]() {
      await dependencies.registry.stop(0)
      await journal.close()
      await connection.close()
    },
  }
}
