import { z } from 'zod'
import { closed, text } from '../schema.ts'
import { filesPerMessage } from './files.ts'

/** Ids that a page makes up for what it does, so that trying again does nothing twice. */
const ownId = z.string().regex(/^[A-Za-z0-9-]{8,64}$/, 'takes 8 to 64 letters, digits or -')
const messageId = z.string().min(1).max(100)
const channelId = z.string().min(1).max(100)
const thread = z
  .string()
  .max(100)
  .nullable()
  .optional()
  .transform((id) => id || null)

/** Who it is, the cookie says; what the person is called, the person. */
const author = closed({
  name: text()
    .max(80)
    .transform((name) => name.replace(/[\p{Cc}\p{Cf}]/gu, '').trim() || 'Someone'),
})

export const loginBody = closed({ key: z.string().min(1).max(1000) })

export const channelBody = closed({ name: text().max(200) })

export const draftBody = closed({
  id: ownId,
  channel: channelId,
  thread,
  text: text(),
  author,
  files: z.array(z.string().max(64)).max(filesPerMessage).default([]),
})

export const rewriteBody = closed({ text: text() })

export const actionBody = closed({
  id: ownId,
  kind: z.enum(['stop', 'regenerate', 'thumb', 'read_aloud']),
  channel: channelId,
  thread,
  message: messageId.nullable().default(null),
  thumb: z.enum(['up', 'down']).nullable().default(null),
  author,
})

export const commandBody = closed({
  id: ownId,
  channel: channelId,
  thread,
  name: z.string().max(60),
  options: z.record(z.string().max(60), z.union([text(), z.boolean()])).default({}),
  /** Of a form that a button opened: the answer under which it stands. */
  about: messageId.nullable().default(null),
  author,
})

export const pageQuery = closed({
  channel: channelId,
  thread,
  before: messageId.nullable().default(null),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** `voice`: it was recorded here, and is so many seconds long. */
export const uploadQuery = closed({
  name: z.string().max(1000).default('file'),
  voice: z
    .string()
    .regex(/^\d{1,5}(\.\d{1,6})?$/, 'takes the length in seconds, such as 12.5')
    .transform(Number)
    .pipe(z.number().max(86_400))
    .optional(),
})

export const formQuery = closed({ channel: channelId, message: messageId })

/** `after`: the number of the last change that the page knows. */
export const eventsQuery = closed({ after: z.coerce.number().int().min(0).optional() })

export type Draft = Omit<z.output<typeof draftBody>, 'author'>
export type ActionCall = Omit<z.output<typeof actionBody>, 'author'>
export type CommandCall = Omit<z.output<typeof commandBody>, 'author'>
