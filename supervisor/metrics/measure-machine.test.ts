import { expect, test } from 'bun:test'
import { measureConnections, measureCpu, measureMemoryUse, readCpuTimes } from './measure-machine.ts'

test('the share of busy time between two readings is measured, and none when no time has passed', () => {
  const earlier = { busyMs: 100, totalMs: 1_000 }
  expect(measureCpu(earlier, { busyMs: 175, totalMs: 1_100 })).toEqual([{ alert: 'cpu', value: 0.75, samples: 1 }])
  expect(measureCpu(earlier, earlier)).toEqual([])
  const { busyMs, totalMs } = readCpuTimes()
  expect(busyMs).toBeGreaterThan(0)
  expect(busyMs).toBeLessThan(totalMs)
})

test('memory in use is a share', () => {
  const [measurement] = measureMemoryUse()
  expect(measurement?.value).toBeGreaterThan(0)
  expect(measurement?.value).toBeLessThan(1)
})

test.if(process.platform === 'linux')('connections are counted against what the system allows', () => {
  const before = measureConnections([process.pid])[0]?.value ?? 0
  const sockets = Array.from({ length: 20 }, () =>
    Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } }),
  )
  const after = measureConnections([process.pid])[0]?.value ?? 0
  for (const socket of sockets) socket.stop(true)
  expect(after).toBeGreaterThan(before)
  expect(measureConnections([])).toEqual([])
})
