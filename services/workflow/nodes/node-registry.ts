import { agentNode } from './agent.ts'
import { iflyCodeNode } from './code/ifly-code.ts'
import { databaseNode } from './database.ts'
import { decisionMakingNode } from './decision-making.ts'
import { documentExtractorNode } from './document-extractor/document-extractor.ts'
import { endNode } from './end.ts'
import { extractorParameterNode } from './extractor-parameter.ts'
import { flowNode } from './flow/flow.ts'
import { httpRequestNode } from './http-request/http-request.ts'
import { ifElseNode } from './if-else.ts'
import { iterationEndNode, iterationNode, iterationStartNode } from './iteration.ts'
import { knowledgeBaseNode } from './knowledge-base.ts'
import { knowledgeProBaseNode } from './knowledge-pro-base.ts'
import { loopBreakNode, loopEndNode, loopNode, loopStartNode } from './loop/loop.ts'
import { mcpToolNode } from './mcp-tool/mcp-tool.ts'
import { messageNode } from './message.ts'
import type { NodeKind } from './node-kind.ts'
import { nodeVariableNode } from './node-variable.ts'
import { pluginNode } from './plugin/plugin.ts'
import { questionAnswerNode } from './question/question-answer.ts'
import { rpaNode } from './rpa.ts'
import { sparkLlmNode } from './spark-llm.ts'
import { startNode } from './start.ts'
import { textJoinerNode } from './text-joiner.ts'
import { variableAggregatorNode } from './variable-aggregator.ts'
import { waitNode } from './wait.ts'

/** Every kind of node that flows may use. Nothing else knows them. */
export const nodeRegistry: ReadonlyMap<string, NodeKind> = new Map(
  [
    startNode,
    endNode,
    messageNode,
    sparkLlmNode,
    ifElseNode,
    textJoinerNode,
    iflyCodeNode,
    knowledgeBaseNode,
    decisionMakingNode,
    extractorParameterNode,
    nodeVariableNode,
    agentNode,
    iterationNode,
    iterationStartNode,
    iterationEndNode,
    questionAnswerNode,
    loopNode,
    loopStartNode,
    loopEndNode,
    loopBreakNode,
    flowNode,
    waitNode,
    httpRequestNode,
    documentExtractorNode,
    variableAggregatorNode,
    mcpToolNode,
    rpaNode,
    databaseNode,
    knowledgeProBaseNode,
    pluginNode,
  ].map((kind) => [kind.type, kind]),
)
