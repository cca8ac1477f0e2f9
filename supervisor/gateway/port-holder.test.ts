import { expect, test } from 'bun:test'
import { describeHolder, findPortHolder, listeningInodes } from './port-holder.ts'

test('the process that listens on a port is found, and nobody for a free one', () => {
  const listener = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = listener
  expect(findPortHolder(port)).toMatchObject({ pid: process.pid })
  listener.stop(true)
  expect(findPortHolder(port)).toBeUndefined()
})

test('only sockets that listen count, and only on this very port', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:13BC 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1
   1: 0100007F:13BC 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 222 1
   2: 0100007F:13BD 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 333 1
`
  expect(listeningInodes(table, 5_052)).toEqual(['111'])
})

test('on one address only who listens there counts, or on every address', () => {
  const row = (where: string, inode: number) => `0: ${where}:13BC 00000000:0000 0A 0:0 0:0 0 0 0 ${inode} 1`
  const table = [
    'head',
    row('0100007F', 1),
    row('0200007F', 2),
    row('00000000', 3),
    row('0000000000000000FFFF00000200007F', 4),
  ].join('\n')
  expect(listeningInodes(table, 5_052, '127.0.0.2')).toEqual(['2', '3', '4'])
  expect(listeningInodes(table, 5_052)).toHaveLength(4)
})

test('a holder that cannot be seen is said to be so', () => {
  expect(describeHolder({ pid: 7, command: 'nginx' })).toBe('held by process 7 (nginx)')
  expect(describeHolder(undefined)).toContain('another user')
})
