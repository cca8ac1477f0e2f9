import { type WireResult, wireCodes } from '../../definition/wire-codes.ts'
import type { ToolCallError } from '../../errors.ts'

/** The workflow's code for each of the tool hub's. */
const RESULTS: Readonly<Record<number, WireResult>> = {
  30001: wireCodes.TOOL_INIT_FAILED,
  30100: wireCodes.TOOL_FAILED,
  30200: wireCodes.TOOL_PROTOCOL_INVALID,
  30201: wireCodes.TOOL_SCHEMA_INVALID,
  30300: wireCodes.TOOL_OPENAPI_INVALID,
  30301: wireCodes.TOOL_BODY_TYPE_UNSUPPORTED,
  30302: wireCodes.TOOL_WITHOUT_SERVER,
  30400: wireCodes.TOOL_OFFICIAL_CALL_FAILED,
  30403: wireCodes.TOOL_THIRD_PARTY_CALL_FAILED,
  30500: wireCodes.TOOL_NOT_FOUND,
  30600: wireCodes.TOOL_OPERATION_NOT_FOUND,
}

/** What a failed tool call is on the wire: a hub that did not answer is 21810, a code without a counterpart 21800. */
export const toToolResult = ({ linkCode }: Pick<ToolCallError, 'linkCode'>): WireResult =>
  linkCode === undefined ? wireCodes.TOOL_CONNECTION_FAILED : (RESULTS[linkCode] ?? wireCodes.TOOL_FAILED)
