import { z } from 'zod'

/** parley.yaml. Each message says what is allowed; it is shown after "allowed: ". */

const number = (least: number, most: number, unit = '') => {
  const error = `a number from ${least} to ${most.toLocaleString('en-US')}${unit && ` (${unit})`}`
  return z.number({ error }).min(least, { error }).max(most, { error })
}
const whole = (least: number, most: number, unit = '') => {
  const error = `a whole number from ${least} to ${most.toLocaleString('en-US')}${unit && ` (${unit})`}`
  return z.int({ error }).min(least, { error }).max(most, { error })
}
const text = (allowed: string, most: number) =>
  z
    .string({ error: allowed })
    .trim()
    .min(1, { error: allowed })
    .max(most, { error: `${allowed}, at most ${most.toLocaleString('en-US')} characters` })

// Numbers too large for exactness arrive as the text they were written as.
const id = z.union([z.string().min(1), z.int()], { error: 'an id, best in quotes' }).transform(String)
const ids = z
  .union([z.literal('any'), z.array(id)], { error: 'any, or a list of ids such as ["123", "456"]' })
  .default('any')
const off = z.union([z.literal('off'), z.literal(false)]).transform(() => null)
const dollars = (preset: number) =>
  z.union([off, number(0, 1_000_000)], { error: 'US dollars a day (0 to 1,000,000), or off' }).default(preset)
const perMillion = number(0, 100_000, 'US dollars for a million tokens')
const isOrigin = 'an address such as https://parley.example.com (no path, no slash at the end)'
const conversations = z.enum(['thread', 'reply', 'channel'], { error: 'thread, reply or channel' })
const streaming = z.enum(['auto', 'native', 'edits', 'off'], { error: 'auto, native, edits or off' })
const foreign = z
  .union([z.boolean(), z.array(id)], { error: 'true, false, or a list of their workspaces’ ids' })
  .default(false)
const publicUrl = z
  .string({ error: isOrigin })
  .refine((text) => URL.parse(text)?.protocol === 'https:' && URL.parse(text)?.origin === text, {
    error: isOrigin,
  })
const persona = text('instructions as text', 20_000)
const yes = z.boolean({ error: 'true or false' })
const soundFormat = z.enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'], {
  error: 'mp3, opus, aac, flac, wav or pcm',
})
const isHost = 'a list of hosts such as ["upload.wikimedia.org"], or off'
const hosts = z
  .union([off, z.array(z.string().regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/i, { error: isHost }))], {
    error: isHost,
  })
  .nullable()
  .default(null)
const isSize = 'auto, or a size in pixels such as 1024x1024'
const isLanguage = 'a language of two letters such as de, or auto'
const model = text('the name of a model', 200)

const budgets = z
  .union(
    [off, z.strictObject({ day: z.strictObject({ all: dollars(5), person: dollars(1) }).prefault({}) })],
    {
      error: 'off, or { day: { all: 5, person: 1 } }',
    },
  )
  .prefault({})

export const policySchema = z.strictObject({
  access: z
    .strictObject({
      workspaces: ids,
      channels: ids,
      people: ids,
      roles: ids,
      dms: z.boolean({ error: 'true or false' }).default(true),
      foreign,
    })
    .prefault({}),
  conversations: conversations.default('thread'),
  budgets,
  channels: z
    .record(
      z.string(),
      z.strictObject({
        model: model.optional(),
        persona: persona.optional(),
        voice: text('the name of a voice', 100).optional(),
        spoken: yes.optional(),
        conversations: conversations.optional(),
        streaming: streaming.optional(),
      }),
    )
    .default({}),
  persona: persona.optional(),
  memory: z
    .strictObject({
      window_tokens: whole(200, 900_000, 'tokens').default(16_000),
      days: whole(1, 3_650, 'days').default(30),
    })
    .prefault({}),
  model: z.strictObject({ max_output_tokens: whole(16, 128_000, 'tokens').default(8_192) }).prefault({}),
  prices: z
    .record(
      z.string(),
      z.strictObject({ input: perMillion, cached: perMillion.optional(), output: perMillion }),
    )
    .default({}),
  media: z
    .strictObject({
      minutes: whole(1, 360, 'minutes of one recording').default(120),
      language: z
        .string({ error: isLanguage })
        .regex(/^([a-z]{2}|auto)$/, { error: isLanguage })
        .default('auto'),
      image_links: hosts,
    })
    .prefault({}),
  speech: z
    .strictObject({
      voice: text('the name of a voice', 100).default('marin'),
      format: soundFormat.default('mp3'),
      speed: number(0.25, 4).nullable().default(null),
      instructions: text('how to speak', 2_000).nullable().default(null),
      every_answer: yes.default(false),
    })
    .prefault({}),
  painting: z
    .strictObject({
      in_conversations: yes.default(false),
      size: z
        .string({ error: isSize })
        .regex(/^(auto|[1-9]\d{1,4}x[1-9]\d{1,4})$/, { error: isSize })
        .default('auto'),
    })
    .prefault({}),
  rehearsal: z
    .strictObject({
      tokens_per_second: number(1, 10_000).default(40),
      first_token_ms: whole(0, 60_000, 'milliseconds').default(300),
    })
    .prefault({}),
  limits: z
    .strictObject({
      answers_at_once: z
        .union([z.literal('auto'), whole(1, 1_000)], { error: 'auto, or a whole number from 1 to 1,000' })
        .default('auto'),
    })
    .prefault({}),
  discord: z.strictObject({ follow_ups: z.boolean({ error: 'true or false' }).default(true) }).prefault({}),
  slack: z
    .strictObject({ streaming: streaming.default('auto'), public_url: publicUrl.nullable().default(null) })
    .prefault({}),
  ping_after_seconds: z
    .union([off, whole(5, 3_600, 'seconds, or off')], {
      error: 'a whole number from 5 to 3,600 (seconds, or off)',
    })
    .nullable()
    .default(null),
  titles: z.enum(['question', 'model'], { error: 'question or model' }).default('question'),
})

export type Policy = z.output<typeof policySchema>
