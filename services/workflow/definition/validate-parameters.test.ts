import { expect, test } from 'bun:test'
import { compile, flow, node, output } from '../test/build-flow.ts'
import { validateParameters } from './validate-parameters.ts'

const planOf = (...outputs: Record<string, unknown>[]) => compile(flow([node('node-start::s', { outputs })], []))

const plan = planOf(output('q', { type: 'string' }, true), output('n', { type: 'integer' }))

test('fitting parameters pass, optional ones may be missing', () => {
  expect(validateParameters(plan, { q: 'x' })).toBeUndefined()
  expect(validateParameters(plan, { q: 'x', n: 3 })).toBeUndefined()
})

test('a missing, unknown or ill-typed parameter is 22500 and named', () => {
  expect(validateParameters(plan, {})).toMatchObject({ code: 22500, message: expect.stringContaining("'q'") })
  expect(validateParameters(plan, { q: 'x', other: 1 })).toMatchObject({
    code: 22500,
    message: expect.stringContaining("'other'"),
  })
  expect(validateParameters(plan, { q: 'x', n: 'three' })).toMatchObject({
    code: 22500,
    message: expect.stringContaining("['properties','n','type']"),
  })
})

test('file variables have a code of their own', () => {
  const file = { ...output('f', { type: 'string' }, true), fileType: 'file', allowedFileType: ['pdf'] }
  expect(validateParameters(planOf(file), {})?.code).toBe(23602)
  expect(validateParameters(planOf({ ...file, fileType: 'folder' }), { f: 'x' })?.code).toBe(23602)
  expect(validateParameters(planOf(file), { f: 'http://host/a.pdf' })).toBeUndefined()
})
