import { expect, test } from 'bun:test'
import { createSecretBox } from './secret-box.ts'

const box = createSecretBox('ab'.repeat(32))

test('what was encrypted is read again, and looks different each time', () => {
  expect(box.decrypt(box.encrypt('sk-密钥'))).toBe('sk-密钥')
  expect(box.encrypt('same')).not.toBe(box.encrypt('same'))
})

test('a changed text and a foreign key are refused', () => {
  const sealed = box.encrypt('value')
  const changed = `${sealed.slice(0, -4)}AAA=`
  expect(() => box.decrypt(changed)).toThrow()
  expect(() => createSecretBox('cd'.repeat(32)).decrypt(sealed)).toThrow()
})
