import { z } from 'zod'
import { speechBody, transcriptionForm } from './audio-body.ts'
import { chatBody } from './chat-body.ts'
import { endpoints } from './landing.ts'

const failure = z.object({ error: z.string() })
const usage = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
  cost_usd: z.number(),
})
const chatAnswer = z.object({
  response: z.string(),
  model: z.string(),
  conversation: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  usage,
  reason: z.enum(['complete', 'length', 'filter', 'refusal']),
  warnings: z.array(z.string()).optional().describe('What was left out, unreadable files too.'),
})
const health = z.object({
  status: z.enum(['healthy', 'unhealthy']),
  service: z.literal('Parley'),
  provider: z.string(),
  version: z.string(),
  platforms: z.record(z.string(), z.enum(['connecting', 'connected', 'closed'])),
})
const models = z.object({ models: z.array(z.string()), default: z.string() })
const landingPage = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string(),
  endpoints: z.record(z.string(), z.string()),
  documentation: z.string(),
})

const transcript = z.object({
  text: z.string(),
  language: z.string().nullable().describe('ISO 639-1; null where the model does not tell it.'),
  duration: z.number().describe('Seconds.'),
})

const schemas = {
  ChatRequest: chatBody,
  ChatAnswer: chatAnswer,
  Error: failure,
  Health: health,
  Landing: landingPage,
  Models: models,
  SpeechRequest: speechBody,
  Transcript: transcript,
  TranscriptionRequest: transcriptionForm,
}
type SchemaName = keyof typeof schemas

const ref = (name: SchemaName) => ({ $ref: `#/components/schemas/${name}` })
const binary = { type: 'string', format: 'binary' }
const json = (description: string, name: SchemaName) => ({
  description,
  content: { 'application/json': { schema: ref(name) } },
})
const text = (description: string, type: string) => ({
  description,
  content: { [type]: { schema: { type: 'string' } } },
})

const sound = {
  description: 'The sound; content-type says which',
  content: Object.fromEntries(
    ['mpeg', 'ogg', 'aac', 'flac', 'wav', 'pcm'].map((type) => [`audio/${type}`, { schema: binary }]),
  ),
}

const failures = {
  400: json('The request is wrong; `error` says what', 'Error'),
  401: json('A key is needed, or it is wrong', 'Error'),
  403: json('Closed, or not allowed', 'Error'),
  408: json('The body came too slowly', 'Error'),
  413: json('More than 1 MB of text or 32 MB in all', 'Error'),
  415: json('A compressed body', 'Error'),
  429: json('A budget or a rate limit is used up; Retry-After says for how long', 'Error'),
  500: json('A fault in Parley', 'Error'),
  502: json('The model failed', 'Error'),
  503: json('Not ready, or too busy', 'Error'),
}

const keyed = [{}, { key: [] }]
const question = { required: true, content: { 'application/json': { schema: ref('ChatRequest') } } }

/** The document (OpenAPI 3.1), made from the schemas that check the requests. */
export function openapi(version: string) {
  const { 400: _400, 408: _408, 413: _413, 415: _415, 429: _429, ...lookups } = failures
  return {
    openapi: '3.1.0',
    info: {
      title: 'Parley',
      version,
      description: 'One question or a stream; every answer has an x-request-id.',
    },
    servers: [{ url: '/' }],
    security: keyed,
    paths: {
      '/': {
        get: {
          operationId: 'landing',
          summary: 'What this is, or the playground for browsers',
          security: [],
          responses: { 200: json('Name, version and routes', 'Landing'), 403: failures[403] },
        },
      },
      '/health': {
        get: {
          operationId: 'health',
          summary: endpoints['GET /health'],
          security: [],
          responses: { 200: json('It works', 'Health'), 503: json('It does not work', 'Health') },
        },
      },
      '/models': {
        get: {
          operationId: 'models',
          summary: endpoints['GET /models'],
          responses: { 200: json('Their names', 'Models'), ...lookups },
        },
      },
      '/chat': {
        post: {
          operationId: 'chat',
          summary: endpoints['POST /chat'],
          requestBody: question,
          responses: { 200: json('The answer', 'ChatAnswer'), ...failures },
        },
      },
      '/chat/stream': {
        post: {
          operationId: 'chatStream',
          summary: endpoints['POST /chat/stream'],
          requestBody: question,
          responses: {
            200: text(
              'data: {"content"} as it is written, last data: {"done": true, "usage", "model"}; a failure is data: {"error"} and never done',
              'text/event-stream',
            ),
            ...failures,
          },
        },
      },
      '/audio/speech': {
        post: {
          operationId: 'speech',
          summary: endpoints['POST /audio/speech'],
          requestBody: { required: true, content: { 'application/json': { schema: ref('SpeechRequest') } } },
          responses: { 200: sound, ...failures },
        },
      },
      '/audio/transcriptions': {
        post: {
          operationId: 'transcription',
          summary: endpoints['POST /audio/transcriptions'],
          requestBody: {
            required: true,
            content: { 'multipart/form-data': { schema: ref('TranscriptionRequest') } },
          },
          responses: { 200: json('The transcript', 'Transcript'), ...failures },
        },
      },
      '/metrics': {
        get: {
          operationId: 'metrics',
          summary: endpoints['GET /metrics'],
          responses: { 200: text('Prometheus text', 'text/plain'), ...lookups },
        },
      },
      '/openapi.json': {
        get: {
          operationId: 'openapi',
          summary: endpoints['GET /openapi.json'],
          security: [],
          responses: {
            200: {
              description: 'This document',
              content: { 'application/json': { schema: { type: 'object' } } },
            },
            403: failures[403],
          },
        },
      },
    },
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'One of PARLEY_API_KEYS' } },
      schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, shape(schema)])),
    },
  }
}

function shape(schema: z.ZodType) {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input' })
  return rest
}
