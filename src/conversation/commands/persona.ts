import { type Command, textOption } from './command.ts'

/** Instructions ride along with every question: much longer ones cost more than they help. */
const longest = 4000

export const persona: Command = {
  name: 'persona',
  description: "Show or set this channel's instructions",
  options: [
    {
      name: 'text',
      description: 'How Parley should answer in this channel; "default" to go back',
      type: 'text',
      required: false,
    },
  ],
  lane: 'now',
  async run(call, { settings }) {
    const channel = call.place.conversation
    const wanted = textOption(call, 'text')
    if (wanted === null) {
      return {
        markdown: `These instructions hold here:\n\n${quote((await settings.of(channel)).persona)}`,
        private: true,
      }
    }
    if (wanted === 'default') {
      await settings.choose(channel, { persona: null })
      return { markdown: 'Back to the default instructions.', private: false }
    }
    if (wanted.length > longest) {
      return {
        markdown: `Instructions can have ${longest.toLocaleString('en')} characters; these have ${wanted.length.toLocaleString('en')}.`,
        private: true,
      }
    }
    await settings.choose(channel, { persona: wanted })
    return { markdown: `From now on I follow these instructions here:\n\n${quote(wanted)}`, private: false }
  },
}

const quote = (words: string): string =>
  words
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
