import { randomBytes } from 'node:crypto'
import { newAttachment } from './attachments.ts'
import {
  type FakeChoice,
  type FakeInteraction,
  type FakeModal,
  interactionHandle,
} from './interaction-handle.ts'
import type { OpenLedger } from './ledger.ts'
import { channelAt, type FakeFile, type FakeMessage, stateOf, type Where } from './people.ts'
import { everyonePermissions, moderatorPermissions, permissionsIn } from './permission-bits.ts'
import { renderAttachment, renderMessage } from './rendering.ts'
import { renderChannel, renderMember } from './rendering-places.ts'
import { seen } from './seeing.ts'
import type { ChannelState, InteractionState } from './states.ts'
import { userOf, type World } from './world.ts'

export type OptionValue = string | number | boolean | FakeFile

export interface InstallOptions {
  /** By whom the app was installed; a guild without the bot, and a group, know only 'user'. */
  readonly installed?: 'guild' | 'user'
}

export interface Acting {
  slash(
    where: Where,
    name: string,
    options?: Readonly<Record<string, OptionValue>>,
    install?: InstallOptions,
  ): FakeInteraction
  /** Right click, Apps, and the command's name. */
  opensMenu(message: FakeMessage, name: string, install?: InstallOptions): FakeInteraction
  /** By label or by the custom id of an input; what isn't named keeps its value. */
  fills(modal: FakeModal, values: Readonly<Record<string, string>>): FakeInteraction
  /** What autocomplete offers while this is typed; rejects when nothing came within 3.5 s. */
  types(
    where: Where,
    command: string,
    option: string,
    text: string,
    install?: InstallOptions,
  ): Promise<readonly FakeChoice[]>
  /** A button by its label, its emoji, or its custom id. */
  presses(message: FakeMessage, label: string, install?: InstallOptions): FakeInteraction
}

const TYPE = { command: 2, component: 3, autocomplete: 4, modal: 5 } as const

interface Option {
  readonly type: number
  readonly name: string
  readonly required?: boolean
  readonly autocomplete?: boolean
  readonly min_length?: number
  readonly max_length?: number
  readonly choices?: readonly { readonly value: string | number }[]
}

/** What a person does with commands, menus, buttons and modals. */
export function createActing(world: World, personId: string, ledger: OpenLedger): Acting {
  function start(
    channel: ChannelState,
    type: number,
    data: unknown,
    { installed = 'guild' }: InstallOptions,
    message: FakeMessage | null = null,
  ): FakeInteraction {
    const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId)
    const byUser = installed === 'user' || guild?.installed === false || channel.type === 3
    const source = message === null ? null : stateOf(world, message)
    const state: InteractionState = {
      id: world.id(),
      token: `aW50ZXJhY3Rpb24${randomBytes(60).toString('base64url')}`,
      type,
      personId,
      channelId: channel.id,
      installed: byUser ? 'user' : 'guild',
      createdAt: world.now(),
      sourceId: source?.id ?? null,
      acknowledgedAt: null,
      callback: null,
      ephemeral: false,
      originalId: null,
      followUps: 0,
      modal: null,
      choices: null,
    }
    world.interactions.set(state.id, state)
    world.tokens.set(state.token, state)
    const user = userOf(world, personId)
    const permissions = world.people.get(personId)?.moderator ? moderatorPermissions : everyonePermissions
    const payload = {
      version: 1,
      id: state.id,
      application_id: world.applicationId,
      type,
      token: state.token,
      data,
      channel_id: channel.id,
      channel: { ...renderChannel(world, channel), permissions },
      ...(channel.guildId === null
        ? { user }
        : {
            guild_id: channel.guildId,
            guild: { id: channel.guildId, locale: 'en-US', features: [] },
            guild_locale: 'en-US',
            member: { ...renderMember(world, channel.guildId, personId), user, permissions },
          }),
      ...(source === null ? {} : { message: renderMessage(world, source) }),
      app_permissions: permissionsIn(world, channel),
      locale: 'en-US',
      entitlements: [],
      authorizing_integration_owners: byUser ? { 1: personId } : { 0: channel.guildId ?? '0' },
      context: channel.guildId !== null ? 0 : channel.type === 1 ? 1 : 2,
      attachment_size_limit: world.limits.fileBytes,
    }
    const told = guild?.installed === true ? guild.id : null
    world.dispatch({ t: 'INTERACTION_CREATE', d: payload }, { guildId: told, intent: 0 })
    return interactionHandle(world, ledger, state)
  }

  function command(name: string, type: number) {
    const found = world.commands.current.find((one) => one.name === name && (one.type ?? 1) === type)
    if (found === undefined)
      throw new Error(
        `'${name}' is not registered; there are: ${world.commands.current.map((one) => one.name).join(', ')}`,
      )
    return found
  }

  function slash(
    where: Where,
    name: string,
    given: Readonly<Record<string, OptionValue>> = {},
    install: InstallOptions = {},
  ) {
    const channel = channelAt(world, where, personId)
    const spec = command(name, 1)
    const known = ((spec as { options?: readonly Option[] }).options ?? []) as readonly Option[]
    for (const option of known)
      if (option.required && given[option.name] === undefined)
        throw new Error(`/${name} can't be sent without '${option.name}'`)
    const attachments: Record<string, unknown> = {}
    const options = Object.entries(given).map(([key, value]) => {
      const option = known.find((one) => one.name === key)
      if (option === undefined) throw new Error(`/${name} has no option '${key}'`)
      if (typeof value !== 'object') {
        checkValue(option, value)
        return { name: key, type: option.type, value }
      }
      if (option.type !== 11) throw new Error(`the option '${key}' takes no file`)
      const attachment = newAttachment(world, channel.id, value)
      world.attachments.set(attachment.id, attachment)
      attachments[attachment.id] = { ...renderAttachment(world, attachment), ephemeral: true }
      return { name: key, type: 11, value: attachment.id }
    })
    const resolved = Object.keys(attachments).length === 0 ? {} : { resolved: { attachments } }
    return start(channel, TYPE.command, { id: spec.id, name, type: 1, options, ...resolved }, install)
  }

  return {
    slash,
    opensMenu(message, name, install = {}) {
      const spec = command(name, 3)
      const state = stateOf(world, message)
      const resolved = { messages: { [state.id]: renderMessage(world, state) } }
      const data = { id: spec.id, name, type: 3, target_id: state.id, resolved }
      return start(world.channels.get(state.channelId)!, TYPE.command, data, install)
    },
    async types(where, name, option, text, install = {}) {
      const spec = command(name, 1)
      const known = ((spec as { options?: readonly Option[] }).options ?? []) as readonly Option[]
      const found = known.find((one) => one.name === option)
      if (found?.autocomplete !== true) throw new Error(`'${option}' of /${name} has no autocomplete`)
      const options = [{ name: option, type: found.type, value: text, focused: true }]
      const data = { id: spec.id, name, type: 1, options }
      const interaction = start(channelAt(world, where, personId), TYPE.autocomplete, data, install)
      return (await interaction.answered()).choices ?? []
    },
    presses(message, label, install = {}) {
      const state = stateOf(world, message)
      const button = seen(world, state).buttons.find((one) => one.label === label || one.customId === label)
      if (button === undefined)
        throw new Error(`no button '${label}' on ${JSON.stringify(state.content.slice(0, 80))}`)
      if (button.disabled) throw new Error(`the button '${label}' is disabled`)
      const data = { custom_id: button.customId, component_type: 2 }
      return start(world.channels.get(state.channelId)!, TYPE.component, data, install, message)
    },
    fills(modal, values) {
      const before = world.interactions.get(modal.interaction.id)!
      for (const key of Object.keys(values))
        if (!modal.inputs.some(({ id, label }) => id === key || label === key))
          throw new Error(`'${modal.title}' has no field '${key}'`)
      const filled = modal.inputs.map((input) => {
        const value = values[input.id] ?? values[input.label] ?? input.value
        if (input.required && value === '') throw new Error(`'${input.label}' must be filled in`)
        if ([...value].length > input.maxLength) throw new Error(`'${input.label}' is too long`)
        return { type: 1, id: 1, components: [{ type: 4, id: 2, custom_id: input.id, value }] }
      })
      const data = { custom_id: modal.customId, components: filled }
      const source = before.sourceId === null ? null : { id: before.sourceId, channelId: before.channelId }
      return start(
        world.channels.get(before.channelId)!,
        TYPE.modal,
        data,
        { installed: before.installed },
        source,
      )
    },
  }
}

function checkValue(
  { name, type, min_length = 0, max_length = 6000, choices }: Option,
  value: string | number | boolean,
): void {
  const wanted = type === 5 ? 'boolean' : type === 4 || type === 10 ? 'number' : 'string'
  if (typeof value !== wanted) throw new Error(`the option '${name}' takes a ${wanted}`)
  if (choices !== undefined && !choices.some((choice) => choice.value === value))
    throw new Error(`the option '${name}' takes one of ${choices.map((choice) => choice.value).join(', ')}`)
  if (typeof value !== 'string') return
  const length = [...value].length
  if (length < min_length || length > max_length)
    throw new Error(`the option '${name}' takes ${min_length} to ${max_length} characters`)
}
