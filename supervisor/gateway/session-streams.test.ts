import { expect, test } from 'bun:test'
import { CredentialsUncheckedError, UnauthenticatedError } from './errors.ts'
import { createSessionStreams } from './session-streams.ts'

test('streams of a session that ended are closed, and no others', async () => {
  const streams = createSessionStreams()
  const closed: string[] = []
  streams.add(
    async () => undefined,
    () => closed.push('alive'),
  )
  streams.add(
    () => Promise.reject(new UnauthenticatedError('over')),
    () => closed.push('ended'),
  )
  streams.add(
    () => Promise.reject(new CredentialsUncheckedError('away')),
    () => closed.push('unknown'),
  )
  const over = streams.add(
    () => Promise.reject(new UnauthenticatedError('over')),
    () => closed.push('left'),
  )
  over()
  await streams.review()
  expect(closed).toEqual(['ended'])
  streams.stop()
})
