import { expect, test } from 'bun:test'
import { toWireFlowRow, toWireFlowText } from './flow-row.ts'

const flow = {
  id: '7393258312345678849',
  groupId: '7393258312345678850',
  appId: 'a',
  name: 'Greeter',
  description: 'greets',
  definitionHash: 'h',
  releaseHash: null,
  status: 0,
  releaseBits: 1,
  source: 1,
  tag: 0,
  createdAt: new Date('2026-01-02T03:04:05.678Z'),
  updatedAt: new Date('2026-01-02T03:04:05.678Z'),
}

test('ids beyond 2^53 keep every digit, as text in the object and as integers in the text', () => {
  const row = toWireFlowRow(flow, { draft: { data: {} }, released: undefined })
  expect(row.id).toBe('7393258312345678849')
  expect(toWireFlowText(row)).toContain('"id": 7393258312345678849,')
  expect(toWireFlowText(row)).toContain('"group_id": 7393258312345678850,')
})

test('the protocol inside names its flow even when its author did not', () => {
  const row = toWireFlowRow(flow, { draft: { id: '', name: 'Own name', data: { nodes: [] } }, released: undefined })
  expect(row.data).toEqual({ id: flow.id, name: 'Own name', description: 'greets', data: { nodes: [] } })
  expect(row.release_data).toBeNull()
  expect(row.create_at).toBe('2026-01-02T03:04:05')
})
