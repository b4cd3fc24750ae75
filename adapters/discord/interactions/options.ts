import {
  type APIApplicationCommandInteractionDataOption,
  type APIInteractionDataResolved,
  ApplicationCommandOptionType,
} from 'discord-api-types/v10'
import type { CommandCalled, FileRef } from '../../../src/ports/event.ts'
import { fileOf } from '../hearing/incoming.ts'
import { wholeAttachment } from '../hearing/whole.ts'
import { Malformed } from './malformed.ts'

export interface OptionsRead {
  readonly given: readonly APIApplicationCommandInteractionDataOption[] | undefined
  readonly resolved: APIInteractionDataResolved | undefined
  readonly channel: string
  /** Text with names in place of ids. */
  readonly named: (text: string) => string
}

/** What was given to a slash command. An attachment that Discord doesn't describe is left out. */
export function optionsOf({ given, resolved, channel, named }: OptionsRead): CommandCalled['options'] {
  const options: Record<string, string | number | boolean | FileRef> = {}
  for (const option of given ?? []) {
    const { name } = option
    switch (option.type) {
      case ApplicationCommandOptionType.String:
        if (typeof option.value !== 'string') throw new Malformed(`The option ${name} is no text`)
        options[name] = named(option.value)
        break
      case ApplicationCommandOptionType.Boolean:
        if (typeof option.value !== 'boolean') throw new Malformed(`The option ${name} is no flag`)
        options[name] = option.value
        break
      case ApplicationCommandOptionType.Attachment: {
        const attachment = wholeAttachment(resolved?.attachments?.[option.value])
        // There is no message to fetch it from again.
        if (attachment) options[name] = fileOf({ channel, id: '' }, attachment)
        break
      }
      default:
        // Parley registers no options of other types.
        break
    }
  }
  return options
}
