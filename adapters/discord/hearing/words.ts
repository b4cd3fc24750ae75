import type { APIEmbed } from 'discord-api-types/v10'
import { cleanText } from '../../../src/clean-text.ts'
import type { Directory } from '../directory.ts'
import { type Incoming, nameOf } from './incoming.ts'

/** UTF-16 units. A message holds 4000 (Discord's limit); names for ids make it longer. */
const longestText = 16_000
const longestEmbed = 2_000

export interface Naming {
  readonly self: string
  readonly ownRole: string | null
  readonly guild: string | null
  readonly names: Directory['nameOf']
}

/** The part of a message that has words: forwards are made of no more than this. */
export type Wordy = Pick<Incoming, 'content' | 'sticker_items' | 'poll'> & {
  readonly mentions?: Incoming['mentions']
}

/** What was said, with names for ids; the mention of the bot is left out, stickers and polls are put in words. */
export function wordsOf(message: Wordy, naming: Naming): string {
  const said = named(message.content, message, naming)
  const stickers = (message.sticker_items ?? []).map(({ name }) => `[sticker: ${name}]`)
  const poll = message.poll && pollWords(message.poll)
  return bounded([said, ...stickers, poll ?? ''].filter((part) => part !== '').join('\n'))
}

const markup = /<(@&|@!?|#|a?:|\/|t:)([^<>\n]{1,120})>/g

function named(content: string, message: Wordy, naming: Naming): string {
  const users = new Map((message.mentions ?? []).map((user) => [user.id, nameOf(user, user.member?.nick)]))
  return withoutSelf(content, naming)
    .replace(markup, (whole, sigil: string, rest: string) => {
      switch (sigil) {
        case '@':
        case '@!':
          if (!isId(rest)) return whole
          return `@${users.get(rest) ?? naming.names.user(rest, naming.guild) ?? 'unknown user'}`
        case '@&':
          if (!isId(rest)) return whole
          return `@${naming.names.role(rest, naming.guild) ?? 'unknown role'}`
        case '#':
          return isId(rest) ? `#${naming.names.channel(rest, naming.guild) ?? 'unknown channel'}` : whole
        case ':':
        case 'a:':
          return /^(\w{1,40}):\d+$/.test(rest) ? `:${rest.split(':')[0]}:` : whole
        case '/':
          return /^[^:]+:\d+$/.test(rest) ? `/${rest.split(':')[0]}` : whole
        default:
          return momentWords(rest) ?? whole
      }
    })
    .trim()
}

/** The mention goes with the space before it, so that the sentence closes over it. */
function withoutSelf(content: string, { self, ownRole }: Naming): string {
  const own = [`<@${self}>`, `<@!${self}>`, ...(ownRole === null ? [] : [`<@&${ownRole}>`])]
  return own.reduce((text, mention) => text.replaceAll(` ${mention}`, '').replaceAll(mention, ''), content)
}

const isId = (text: string): boolean => /^\d{1,25}$/.test(text)

/** `<t:1618953630:R>`: a moment in seconds; the letter is how it is shown. */
function momentWords(rest: string): string | null {
  const seconds = /^(-?\d{1,13})(?::[a-zA-Z])?$/.exec(rest)?.[1]
  if (seconds === undefined) return null
  const moment = new Date(Number(seconds) * 1000)
  return Number.isNaN(moment.getTime()) ? null : `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

function pollWords(poll: NonNullable<Incoming['poll']>): string {
  const answers = poll.answers.map(({ poll_media }) => poll_media.text ?? poll_media.emoji?.name ?? '?')
  return `[poll: ${poll.question.text ?? '?'} Answers: ${answers.join(', ')}]`
}

export const embedWords = (embed: APIEmbed): string =>
  bounded(
    [
      embed.title,
      embed.description,
      ...(embed.fields ?? []).map(({ name, value }) => `${name}: ${value}`),
      embed.footer?.text,
    ]
      .filter((part) => part !== undefined && part !== '')
      .join('\n'),
    longestEmbed,
  )

export function bounded(text: string, limit = longestText): string {
  return cleanText(text.length > limit ? `${text.slice(0, limit - 1)}…` : text)
}
