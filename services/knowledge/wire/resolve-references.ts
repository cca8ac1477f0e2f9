/**
 * Puts a chunk's images and tables in the place of their marks. Two conventions meet in the wire: `<key>` with
 * `{format: "image" | "table", link, content}`, and `{key}` with the address of an image.
 */
export const resolveReferences = (content: string, references: Record<string, unknown>): string => {
  let resolved = content
  for (const [key, reference] of Object.entries(references)) {
    if (typeof reference === 'string') resolved = resolved.replaceAll(`{${key}}`, () => image(reference))
    else resolved = resolved.replaceAll(`<${key}>`, () => describe(reference) ?? `<${key}>`)
  }
  return resolved
}

const image = (link: string) => `![Image name](${link})`

const describe = (reference: unknown): string | undefined => {
  if (typeof reference !== 'object' || reference === null) return undefined
  const { format, link, content } = reference as { format?: unknown; link?: unknown; content?: unknown }
  if (format === 'table') return String(content ?? '')
  return format === 'image' ? image(String(link ?? '')) : undefined
}
