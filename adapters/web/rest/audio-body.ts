import { z } from 'zod'
import { languageCode } from '../../../src/media/language.ts'
import { fastest, isVoiceName, slowest, soundFormats } from '../../../src/speech/voices.ts'
import { closed, text } from '../schema.ts'

const model = z.string().min(1).max(200).optional()

/** What POST /audio/speech takes; the OpenAPI document is made from it. */
export const speechBody = closed({
  text: text()
    .refine((words) => words.trim() !== '', 'is empty. Send the words to be read aloud')
    .describe('Markdown; links and code are not read out. Up to 20,000 characters.'),
  model: model.describe('Absent = the default.'),
  voice: z
    .string()
    .min(1)
    .max(100)
    .refine(isVoiceName, 'is one word without a colon')
    .optional()
    .describe('One of the provider’s voices: marin, cedar, alloy…'),
  format: z.enum(soundFormats).optional().describe('Absent = as the operator set it, mp3 by itself.'),
  speed: z.number().min(slowest).max(fastest).optional(),
  instructions: text().max(4096).optional().describe('How to speak: tone, accent, mood.'),
})

/** The form that POST /audio/transcriptions takes. */
export const transcriptionForm = closed({
  file: z.file().describe('The recording.'),
  model: model.describe('Absent = the default.'),
  language: z
    .string()
    .max(60)
    .refine((words) => languageCode(words) !== null, 'is no language. Name it by two letters: de, en')
    .optional()
    .describe('What is spoken, by its two letters: de. Absent = the model finds out.'),
  prompt: text().max(4096).optional().describe('Names and words to expect.'),
})
