import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  type RESTPutAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10'
import type { CommandOption, CommandSpec } from '../../../src/ports/command.ts'

/** Discord's limits. */
const descriptionLimit = 100
const menuLimit = 32
const choicesLimit = 25

/** For guilds and for people who take the bot along, in guilds, its own DMs and other people's. */
const everywhere = {
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
  contexts: [
    InteractionContextType.Guild,
    InteractionContextType.BotDM,
    InteractionContextType.PrivateChannel,
  ],
}

/** The commands as Discord registers them, slash commands and entries of the menu of messages. */
export function commandJson(specs: readonly CommandSpec[]): RESTPutAPIApplicationCommandsJSONBody {
  const slash = specs.filter(isSlash).map(slashJson)
  return [...slash, ...specs.flatMap(menuJson)]
}

/** Whether people can type it. */
export const isSlash = ({ menuOnly, buttonOnly }: CommandSpec): boolean => !menuOnly && !buttonOnly

const slashJson = (spec: CommandSpec) => ({
  type: ApplicationCommandType.ChatInput as const,
  name: spec.name,
  description: spec.description.slice(0, descriptionLimit),
  options: inOrder(spec).map(optionJson),
  ...everywhere,
})

const menuJson = ({ menu }: CommandSpec) =>
  menu === undefined
    ? []
    : [{ type: ApplicationCommandType.Message as const, name: menu.slice(0, menuLimit), ...everywhere }]

/** Discord wants what is required first. */
const inOrder = ({ options }: CommandSpec): readonly CommandOption[] =>
  options.toSorted((a, b) => Number(b.required) - Number(a.required))

function optionJson(option: CommandOption): APIApplicationCommandBasicOption {
  const { name, required } = option
  const described = { name, description: option.description.slice(0, descriptionLimit), required }
  switch (option.type) {
    case 'text':
      return {
        type: ApplicationCommandOptionType.String,
        ...described,
        // Discord takes one of both, and the choices say all that there is.
        ...(option.choices
          ? { choices: option.choices.slice(0, choicesLimit).map((value) => ({ name: value, value })) }
          : option.suggest && { autocomplete: true }),
      }
    case 'flag':
      return { type: ApplicationCommandOptionType.Boolean, ...described }
    case 'file':
      return { type: ApplicationCommandOptionType.Attachment, ...described }
  }
}

/** The title under which it is in the menu, as Discord sends it back. */
export const menuTitle = ({ menu }: CommandSpec): string | null => menu?.slice(0, menuLimit) ?? null
