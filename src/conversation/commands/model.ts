import { asCode, type Command, givenText } from './command.ts'
import { carryOut, wishModel } from './wishes.ts'

export const model: Command = {
  name: 'model',
  description: 'Show or set the model that is used here',
  options: [
    {
      name: 'name',
      description: 'The name of a model; "default" to go back',
      type: 'text',
      required: false,
      suggest: 'models',
    },
  ],
  audience: 'bare',
  lane: 'now',
  async run(call, around) {
    const wanted = givenText(call, 'name')
    if (wanted !== null && wanted !== '') {
      return carryOut([await wishModel(wanted, call, around)])
    }
    const { model } = await around.settings.of(call.place.conversation)
    const about = await around.describe(model)
    return {
      markdown: `Here I use ${asCode(model)}${about === null ? '' : ` (${about})`}. Change it with \`${around.typed('model')} <name>\`; \`${around.typed('models')}\` lists what there is.`,
      private: true,
    }
  },
}
