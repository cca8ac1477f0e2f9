/** `Application/JSON; charset=utf-8` -> `application/json`. */
export const essenceOf = (mediaType: string): string => mediaType.split(';')[0]?.trim().toLowerCase() ?? ''

/** `application/json` and every `+json` (RFC 6839, section 3.1). */
export const isJsonType = (mediaType: string): boolean => /^[^/]+\/(.+\+)?json$/.test(essenceOf(mediaType))

/** Types whose content is characters. */
export const isTextType = (mediaType: string): boolean => {
  const essence = essenceOf(mediaType)
  return (
    essence === '' ||
    essence.startsWith('text/') ||
    isJsonType(essence) ||
    /^application\/(.+\+)?(xml|javascript|yaml|x-yaml|x-ndjson|graphql|x-www-form-urlencoded|jsonlines)$/.test(essence)
  )
}
