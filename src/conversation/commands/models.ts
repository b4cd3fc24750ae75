import { ModelError } from '../../ports/failure.ts'
import { modelWords } from '../../server-words.ts'
import { asCode, type Command } from './command.ts'

const most = 40

export const models: Command = {
  name: 'models',
  description: 'List the models that can be chosen, with prices and context sizes',
  options: [],
  audience: 'caller',
  lane: 'now',
  async run(call, { settings, catalog, describe, typed, signal }) {
    const { model: current } = await settings.of(call.place.conversation)
    const listed = await catalog.list(signal).catch((error: unknown) => {
      if (error instanceof ModelError) return error
      throw error
    })
    if (listed instanceof ModelError) {
      return { markdown: `The list of models can't be had just now. ${modelWords(listed)}`, private: true }
    }
    const rows = await Promise.all(
      listed.slice(0, most).map(async ({ id, shutdownDate }) => {
        const about = await describe(id)
        const ends = shutdownDate === null ? '' : `; ends ${shutdownDate}`
        return `- ${asCode(id)}${id === current ? ' (in use here)' : ''}${about === null ? '' : `: ${about}`}${ends}`
      }),
    )
    const more = listed.length > most ? `\n\n… and ${listed.length - most} more.` : ''
    return {
      markdown: `Set one with \`${typed('model')} <name>\`.\n\n${rows.join('\n')}${more}`,
      private: true,
    }
  },
}
