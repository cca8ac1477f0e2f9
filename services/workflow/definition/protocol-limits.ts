/** What a protocol may hold. Flows that people draw have a hundred nodes; these bounds keep the compilation of any text below a second. */
export const PROTOCOL_NODES_MAX = 5_000
export const PROTOCOL_EDGES_MAX = 20_000
/** All keys and texts together. */
export const PROTOCOL_CHARS_MAX = 8_000_000
/** One text: a template, a program, a literal. */
export const PROTOCOL_TEXT_CHARS_MAX = 500_000
/** Objects, arrays, texts, numbers: everything that is a value. */
export const PROTOCOL_VALUES_MAX = 500_000
/** Objects and arrays inside of each other, the envelope among them. */
export const PROTOCOL_DEPTH_MAX = 100
