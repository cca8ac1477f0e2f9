/** Result codes of the wire's workflow API that this service can give, with their base texts. Codes never change; texts may. */
export const wireCodes = {
  OK: { code: 0, message: 'Success' },
  PARAMETER_INVALID: { code: 460, message: 'Request parameter invalid' },
  APP_NOT_FOUND: { code: 20000, message: 'App not found' },
  APP_LOOKUP_FAILED: { code: 20001, message: 'App lookup failed' },
  APP_NOT_A_TENANT: { code: 20002, message: 'App source not found, or the app is no tenant' },
  APP_LACKS_PLATFORM: { code: 20003, message: 'The app may not publish to this platform' },
  APP_NOT_BOUND: { code: 20004, message: 'The app is not bound to this workflow' },
  LICENSE_DISABLED: { code: 20005, message: "The app's licence for this workflow is disabled" },
  PLATFORM_OPERATION_UNKNOWN: { code: 20006, message: 'The platform has no such release operation' },
  BINDING_FAILED: { code: 20007, message: 'Binding the app failed' },
  PROTOCOL_INVALID: { code: 20100, message: 'Protocol invalid' },
  PROTOCOL_BUILD_FAILED: { code: 20101, message: 'Protocol build failed' },
  PROTOCOL_CREATE_FAILED: { code: 20102, message: 'Protocol create failed' },
  PROTOCOL_DELETE_FAILED: { code: 20103, message: 'Protocol delete failed' },
  PROTOCOL_UPDATE_FAILED: { code: 20104, message: 'Protocol update failed' },
  FLOW_NOT_FOUND: { code: 20201, message: 'Flow not found' },
  FLOW_NOT_PUBLISHED: { code: 20204, message: 'Flow not published' },
  FLOW_WITHOUT_APP: { code: 20205, message: 'Flow has no app id' },
  FLOW_PUBLISH_FAILED: { code: 20206, message: 'Flow publish failed' },
  FLOW_READ_FAILED: { code: 20209, message: 'Flow read failed' },
  MODEL_REQUEST_FAILED: { code: 20303, message: 'Model request failed' },
  OPENAI_REQUEST_FAILED: { code: 20380, message: 'OpenAI-compatible request failed' },
  KNOWLEDGE_REQUEST_FAILED: { code: 20500, message: 'Knowledge request failed' },
  KNOWLEDGE_NODE_FAILED: { code: 20501, message: 'Knowledge node failed' },
  KNOWLEDGE_PARAMETER_INVALID: { code: 20502, message: 'Knowledge parameter invalid' },
  VARIABLE_READ_FAILED: { code: 20600, message: 'Variable read failed' },
  VARIABLE_WRITE_FAILED: { code: 20601, message: 'Variable write failed' },
  VARIABLE_PARSE_FAILED: { code: 20602, message: 'Variable name parse failed' },
  NO_FRAME_IN_TIME: { code: 20804, message: 'No frame within the time limit' },
  OPEN_API_FAILED: { code: 20805, message: 'Unexpected error in open API' },
  CODE_FAILED: { code: 21600, message: 'Code execution failed' },
  CODE_WITHOUT_MAIN: { code: 21601, message: 'Code has no usable main function' },
  CODE_RESULT_INVALID: { code: 21602, message: 'Code result differs from the declared outputs' },
  CODE_TIMEOUT: { code: 21603, message: 'Code execution timed out' },
  NODE_DEBUG_FAILED: { code: 21700, message: 'Node debug failed' },
  EXTRACTION_FAILED: { code: 21900, message: 'Parameter extraction failed' },
  FLOW_PROTOCOL_INVALID: { code: 22100, message: 'Workflow protocol invalid' },
  NODE_PROTOCOL_INVALID: { code: 22101, message: 'Node protocol invalid' },
  ENGINE_BUILD_FAILED: { code: 22300, message: 'Workflow engine build failed' },
  ENGINE_RUN_FAILED: { code: 22301, message: 'Workflow engine run failed' },
  NODE_RUN_FAILED: { code: 22302, message: 'Node run failed' },
  START_INPUT_INVALID: { code: 22500, message: 'Start node inputs invalid' },
  END_PROTOCOL_INVALID: { code: 22600, message: 'End node protocol invalid' },
  END_EXECUTION_FAILED: { code: 22601, message: 'End node execution failed' },
  MESSAGE_EXECUTION_FAILED: { code: 22701, message: 'Message node execution failed' },
  VARIABLE_NODE_FAILED: { code: 22900, message: 'Variable node execution failed' },
  BRANCH_FAILED: { code: 23100, message: 'Branch node execution failed' },
  LLM_FAILED: { code: 23300, message: 'LLM node execution failed' },
  TEXT_JOINER_FAILED: { code: 23500, message: 'Text joiner node execution failed' },
  FILE_INVALID: { code: 23601, message: 'File invalid' },
  FILE_VARIABLE_INVALID: { code: 23602, message: 'File variable protocol invalid' },
  FILE_LINK_INVALID: { code: 23603, message: 'File link invalid' },
  FILE_STORAGE_FAILED: { code: 23604, message: 'File storage failed' },
  AGENT_FAILED: { code: 23700, message: 'Agent node execution failed' },
  EVENT_UNKNOWN: { code: 23900, message: 'Event unknown or expired' },
} as const satisfies Record<string, WireResult>

/** A numeric result code of the wire with its text. */
export interface WireResult {
  code: number
  message: string
}

/** The wire's message form: the base text, or `<base text>(<detail>)`. */
export const wireMessage = (result: WireResult, detail?: string): string =>
  detail ? `${result.message}(${detail})` : result.message
