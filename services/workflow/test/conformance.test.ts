import { PROGRAMS_GROUP, readCases } from './conformance/conformance-case.ts'
import { testCases } from './conformance/test-cases.ts'

const cases = await readCases()
testCases(cases.filter(({ group }) => group !== PROGRAMS_GROUP))
