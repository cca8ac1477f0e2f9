import { compileJsonSchema } from '#shared/json-schema/compile-json-schema.ts'
import type { NodeKind } from '../nodes/node-kind.ts'
import { nodeRegistry } from '../nodes/node-registry.ts'
import { initialValue } from './bind-inputs.ts'
import { buildGraph } from './build-graph.ts'
import { checkUnreached, compileScope, findKinds } from './compile-scope.ts'
import type { FlowDefinition, OutputDefinition } from './flow-definition.ts'
import type { OutputDeclaration, Plan } from './plan.ts'

export type { Plan } from './plan.ts'

/**
 * Compiles a flow to its immutable plan, once per version; runs share it. Everything that can be known before a run is decided here: order,
 * bindings, templates, schemas, weights. Throws FlowProtocolError.
 */
export const compilePlan = (
  definition: FlowDefinition,
  registry: ReadonlyMap<string, NodeKind> = nodeRegistry,
): Plan => {
  const graph = buildGraph(definition)
  const source = {
    graph,
    kinds: findKinds(graph, registry),
    outputs: graph.nodes.map((node) => node.data.outputs.map(declareOutput)),
    taken: new Set<number>(),
  }
  const plan = compileScope(source, graph.start)
  checkUnreached(source)
  return plan
}

const declareOutput = (output: OutputDefinition): OutputDeclaration => ({
  name: output.name,
  required: output.required ?? false,
  schema: output.schema,
  initial: initialValue(output.schema),
  check: compileJsonSchema(output.schema, ['properties', output.name]),
  fileType: output.fileType || undefined,
  fileKind: output.allowedFileType?.[0],
})
