import {
  type APIApplicationCommandInteractionDataOption,
  type APIInteractionDataResolved,
  ApplicationCommandOptionType,
} from 'discord-api-types/v10'
import type { CommandCalled, FileRef } from '../../../src/ports/event.ts'
import { fileOf } from '../hearing/incoming.ts'

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
    switch (option.type) {
      case ApplicationCommandOptionType.String:
        options[option.name] = named(option.value)
        break
      case ApplicationCommandOptionType.Boolean:
        options[option.name] = option.value
        break
      case ApplicationCommandOptionType.Attachment: {
        const attachment = resolved?.attachments?.[option.value]
        // There is no message to fetch it from again.
        if (attachment) options[option.name] = fileOf({ channel, id: '' }, attachment)
        break
      }
      default:
        // Parley registers no options of other types.
        break
    }
  }
  return options
}
