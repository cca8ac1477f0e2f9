import type { Plan } from '../definition/plan.ts'
import type { FlowServices } from '../engine/flow-services.ts'
import { memoryFlows } from './memory-flows.ts'
import { testServices } from './run-in-memory.ts'

/** Services that know these published flows, by id; the flows use the same services. */
export const servicesWithFlows = (plans: Record<string, Plan>): FlowServices => {
  const services: FlowServices = testServices({ flows: memoryFlows(plans, () => services) })
  return services
}
