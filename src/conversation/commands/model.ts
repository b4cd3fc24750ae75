import { nearest } from '../../config/nearest.ts'
import { asCode, type Command, textOption } from './command.ts'

export const model: Command = {
  name: 'model',
  description: "Show or set this channel's model",
  options: [
    {
      name: 'name',
      description: 'A model from /models; "default" to go back',
      type: 'text',
      required: false,
      suggest: 'models',
    },
  ],
  lane: 'now',
  async run(call, { settings, catalog, describe, signal }) {
    const channel = call.place.conversation
    const wanted = textOption(call, 'name')
    if (wanted === null) {
      const { model } = await settings.of(channel)
      const about = await describe(model)
      return {
        markdown: `This channel uses ${asCode(model)}${about === null ? '' : ` (${about})`}. Change it with \`/model <name>\`; \`/models\` lists what there is.`,
        private: true,
      }
    }
    if (wanted === 'default') {
      await settings.choose(channel, { model: null })
      return {
        markdown: `Back to the default: ${asCode((await settings.of(channel)).model)}.`,
        private: false,
      }
    }
    const known = await catalog.has(wanted, signal)
    if (known === 'no') {
      const near = nearest(
        wanted,
        (await catalog.list(signal)).map((info) => info.id),
      )
      const hint = near === null ? '' : ` Did you mean ${asCode(near)}?`
      return {
        markdown: `There is no model ${asCode(wanted)}.${hint} \`/models\` lists what there is.`,
        private: true,
      }
    }
    await settings.choose(channel, { model: wanted })
    const doubt = known === 'unknown' ? ' The provider could not be asked whether it exists.' : ''
    return { markdown: `From now on this channel uses ${asCode(wanted)}.${doubt}`, private: false }
  },
}
