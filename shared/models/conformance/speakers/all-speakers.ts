import type { ProviderName } from '../../create-provider-model.ts'
import type { WireSpeaker } from '../wire-speaker.ts'
import { anthropicSpeaker } from './anthropic-speaker.ts'
import { geminiSpeaker } from './gemini-speaker.ts'
import { ollamaSpeaker } from './ollama-speaker.ts'
import { openAiSpeaker } from './openai-speaker.ts'
import { sparkSpeaker } from './spark-speaker.ts'

export const ALL_SPEAKERS: readonly WireSpeaker[] = [
  openAiSpeaker,
  anthropicSpeaker,
  geminiSpeaker,
  ollamaSpeaker,
  sparkSpeaker,
]

/** Models that are asked over no wire, each with its reason. */
export const WITHOUT_WIRE: Partial<Record<ProviderName, string>> = {
  rehearsal: 'answers by rules inside the process; rehearsal-model.test.ts holds it to the same ChatModel',
}
