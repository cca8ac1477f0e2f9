export type FindingCode =
  | 'PROTOCOL_INVALID'
  | 'NODE_UNREACHABLE'
  | 'END_MISSING'
  | 'REFERENCE_UNSET'
  | 'REFERENCE_UNKNOWN'
  | 'REFERENCE_NOT_EARLIER'
  | 'REFERENCE_TYPE'
  | 'NAME_TWICE'
  | 'MERGE_HAZARD'
  | 'BRANCH_WITHOUT_EDGE'
  | 'HANDLE_UNKNOWN'
  | 'EXCEPTION_WITHOUT_EDGE'
  | 'EXCEPTION_EDGE_UNUSED'
  | 'PLACEHOLDER_UNKNOWN'
  | 'BODY_END_MISSING'
  | 'RESULT_UNKNOWN'

/** Something about a flow that its author should look at. */
export interface Finding {
  /** An error fails every run that comes to it, and a build; a warning is about something that hardly anybody wants. */
  severity: 'error' | 'warning'
  /** Null for what concerns the whole flow. */
  nodeId: string | null
  /** Where in the node: `inputs.0`, `nodeParam.template`; '' for the node itself. */
  field: string
  /** Never changes. */
  code: FindingCode
  message: string
  remedy: string
}

/** Findings about one flow; more would not be read. */
export const FINDINGS_MAX = 200
