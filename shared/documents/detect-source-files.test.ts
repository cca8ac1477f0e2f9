import { expect, test } from 'bun:test'
import { detectMediaType } from './detect-media-type.ts'

const detect = (text: string, name: string) => detectMediaType(new TextEncoder().encode(text), name)

test.each([
  ['tool.py', '# A module.\n\n# Another comment.\nimport os\n'],
  ['run.sh', '#!/bin/sh\n# Starts it.\nexec run\n'],
  ['lib/stack.rs', '#[derive(Debug)]\nstruct Stack;\n'],
  ['main.c', '# include <stdio.h>\nint main(void) { return 0; }\n'],
  ['settings.yaml', '# Settings\na: 1\n'],
  ['Dockerfile', '# Builds it\nFROM scratch\n'],
])('the source file %s is text, not Markdown whose headings are its comments', async (name, text) => {
  expect(await detect(text, name)).toBe('text/plain')
})

test('a page is a page and Markdown is Markdown whatever other names look like', async () => {
  expect(await detect('<!doctype html><title>x</title>', 'page.php')).toBe('text/html')
  expect(await detect('# Title\nText', 'notes')).toBe('text/markdown')
  expect(await detect('a,b\nc,d\n', 'table.csv')).toBe('text/csv')
})
