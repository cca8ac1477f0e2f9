import { findPlanNode, type Plan } from '../definition/plan.ts'
import { FLOW_NODE_ID } from './build-frame.ts'
import { roundProgress } from './track-progress.ts'
import type { WireFrame } from './wire-frame.ts'

/**
 * What clients of published flows see: text as it is shown, questions, then one last frame. Frames are numbered from 1, progress has two decimals and
 * never falls. A run's failure is a last frame too.
 */
export const createReleaseFilter = (plan: Plan): ((frame: WireFrame) => WireFrame | undefined) => {
  let seq = 0
  let progress = 0
  return (frame) => {
    const step = frame.workflow_step
    if (!step || !isReleased(plan, frame)) return undefined
    seq += 1
    progress = Math.max(progress, roundProgress(step.progress))
    const [choice] = frame.choices
    const delta = step.node?.id === FLOW_NODE_ID ? { ...choice.delta, content: '' } : choice.delta
    return {
      ...frame,
      workflow_step: { seq, progress },
      choices: [{ delta, index: 0, ...(choice.finish_reason && { finish_reason: choice.finish_reason }) }],
    }
  }
}

const isReleased = (plan: Plan, frame: WireFrame): boolean => {
  const [choice] = frame.choices
  const isLast = choice.finish_reason === 'stop'
  const nodeId = frame.workflow_step?.node?.id
  if (nodeId === undefined) return isLast && frame.code !== 0
  if (nodeId === FLOW_NODE_ID) return isLast
  if (choice.finish_reason === 'interrupt') return true
  if (findPlanNode(plan, nodeId)?.show === undefined) return false
  return choice.delta.content !== '' || choice.delta.reasoning_content !== ''
}
