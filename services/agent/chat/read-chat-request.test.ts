import { expect, test } from 'bun:test'
import { InvalidRequestError } from '../wire/invalid-request.ts'
import { readBotId, readCompletionRequest } from './read-chat-request.ts'
import { readCustomRequest } from './read-custom-request.ts'

const user = { role: 'user', content: 'a' }
const assistant = { role: 'assistant', content: 'b' }
const alternate = 'literal_error, role, messages role order must alternate between user and assistant'
const messageOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.message
  }
  return 'accepted'
}

test.each([
  ['no messages', {}, 'missing, messages, Field required'],
  ['an empty list', { messages: [] }, 'missing, messages, Field required'],
  ['a text', { messages: 'hi' }, 'list_type, messages, Input should be a valid list'],
  ['null', { messages: null }, 'list_type, messages, Input should be a valid list'],
  ['empty content', { messages: [{ role: 'user', content: '' }] }, "literal_error, content, 'content' cannot be empty"],
  ['no content', { messages: [{ role: 'system' }] }, "literal_error, content, 'content' cannot be empty"],
  [
    'content as an empty list',
    { messages: [{ role: 'user', content: [] }] },
    "literal_error, content, 'content' cannot be empty",
  ],
  [
    'a system message',
    { messages: [{ role: 'system', content: 'x' }, user] },
    "literal_error, role, 'role' must be user or assistant",
  ],
  ['the assistant first', { messages: [assistant, user] }, alternate],
  ['two of a kind', { messages: [user, user] }, alternate],
  ['a role of its own', { messages: [{ role: 'robot', content: 'x' }] }, alternate],
  ['no role', { messages: [{ content: 'x' }] }, alternate],
  [
    'the assistant last',
    { messages: [user, assistant] },
    'literal_error, messages, messages must end with user type content',
  ],
  [
    'content as parts',
    { messages: [{ role: 'user', content: ['x'] }] },
    'string_type, content, Input should be a valid string',
  ],
  [
    'content as a number',
    { messages: [{ role: 'user', content: 5 }] },
    'string_type, content, Input should be a valid string',
  ],
  ['a conversation', { messages: [user, assistant, user], app_id: 'ignored' }, 'accepted'],
  [
    'a long uid',
    { messages: [user], uid: 'x'.repeat(65) },
    'string_too_long, uid, String should have at most 64 characters',
  ],
  ['a numeric uid', { messages: [user], uid: 5 }, 'string_type, uid, Input should be a valid string'],
  ['stream as a word', { messages: [user], stream: 'yes' }, 'accepted'],
  [
    'stream as another word',
    { messages: [user], stream: 'perhaps' },
    'bool_parsing, stream, Input should be a valid boolean, unable to interpret input',
  ],
])('messages: %s', (_what, body, expected) => {
  expect(messageOf(() => readCompletionRequest(body))).toBe(expected)
})

test('an absent bot id names no bot, an empty one is refused', () => {
  expect(readBotId({})).toBe('')
  expect(messageOf(() => readBotId({ bot_id: '' }))).toBe(
    'string_too_short, bot_id, String should have at least 1 character',
  )
})

const custom = { messages: [user], model_config: { domain: 'm', api: 'http://x/v1' }, max_loop_count: 3 }
const knowledge = { name: 'n', description: '', top_k: 3, repo_type: 1 }
const withKnowledge = (fields: object) => ({ ...custom, plugin: { knowledge: [{ ...knowledge, ...fields }] } })

test.each([
  ['nothing', {}, 'missing, messages, Field required'],
  ['no model', { messages: [user], max_loop_count: 1 }, 'missing, model_config, Field required'],
  ['no loop count', { ...custom, max_loop_count: undefined }, 'missing, max_loop_count, Field required'],
  ['a loop count as text', { ...custom, max_loop_count: '10' }, 'accepted'],
  [
    'too few passages',
    withKnowledge({ top_k: 0 }),
    'greater_than_equal, top_k, Input should be greater than or equal to 1',
  ],
  ['too many passages', withKnowledge({ top_k: 6 }), 'less_than_equal, top_k, Input should be less than or equal to 5'],
  [
    'an unknown repository type',
    withKnowledge({ repo_type: 3 }),
    'less_than_equal, repo_type, Input should be less than or equal to 2',
  ],
  ['an empty name', withKnowledge({ name: '' }), 'string_too_short, name, String should have at least 1 character'],
  [
    'a long name',
    withKnowledge({ name: 'x'.repeat(129) }),
    'string_too_long, name, String should have at most 128 characters',
  ],
  [
    'a long description',
    withKnowledge({ description: 'x'.repeat(1025) }),
    'string_too_long, description, String should have at most 1024 characters',
  ],
  ['a tool as a number', { ...custom, plugin: { tools: [5] } }, 'string_type, str, Input should be a valid string'],
  ['tools of both forms', { ...custom, plugin: { tools: ['a', { tool_id: 'b', version: 'V1.0' }] } }, 'accepted'],
])('custom: %s', (_what, body, expected) => {
  expect(messageOf(() => readCustomRequest(body))).toBe(expected)
})

test('loops are held between none and thirty', () => {
  expect(readCustomRequest({ ...custom, max_loop_count: -1 }).roundsMax).toBe(0)
  expect(readCustomRequest({ ...custom, max_loop_count: 1000 }).roundsMax).toBe(30)
})
