import type { KnowledgeSearch } from '../loop/pinned-knowledge.ts'
import type { PinnedTool } from '../loop/pinned-tool.ts'

/** A search of bases as a tool, which the model calls with words of its own. Pure. */
export const toKnowledgeTool = (search: KnowledgeSearch): PinnedTool => ({
  definition: {
    name: search.name.startsWith('search_') ? search.name : `search_${search.name}`,
    description: `Finds passages in the knowledge base "${search.name}".${search.description && ` ${search.description}`}`,
    parameters: {
      type: 'object',
      properties: {
        query: { type: 'string', description: 'What the passages should tell, as a question or keywords.' },
      },
      required: ['query'],
    },
  },
  hasEffect: false,
  reference: { kind: 'knowledge', search },
})
