import { checkModal } from './component-rules.ts'
import { charactersOf, choiceAt, fieldsAt, listAt, onlyKnown, textAt } from './fields.ts'
import { appeared } from './happenings.ts'
import { EPHEMERAL, LOADING, type MessageBody, readMessageBody } from './message-body.ts'
import { knownMentions, rewrite } from './message-routes.ts'
import { invalid, refusal } from './refusal.ts'
import type { Call } from './routes.ts'
import type { InteractionState, MessageState } from './states.ts'
import { newMessage, type World } from './world.ts'

export function allowedCallbacks({ type, sourceId }: InteractionState): readonly number[] {
  if (type === 4) return [8]
  if (type === 3 || (type === 5 && sourceId !== null)) return type === 3 ? [4, 5, 6, 7, 9] : [4, 5, 6, 7]
  return type === 5 ? [4, 5] : [4, 5, 9]
}

export function carryOut(
  world: World,
  interaction: InteractionState,
  type: number,
  data: unknown,
  call: Call,
): MessageState | null {
  const { channelId } = interaction
  switch (type) {
    case 4: {
      const body = readMessageBody(world, 'callback', channelId, data, call.files)
      interaction.ephemeral = ((body.flags ?? 0) & EPHEMERAL) !== 0
      const message = write(world, interaction, body, interaction.ephemeral, call)
      interaction.originalId = message.id
      return message
    }
    case 5: {
      const fields = fieldsAt(['data'], data ?? {})
      onlyKnown(['data'], fields, ['flags'])
      const flags = choiceAt(['data', 'flags'], fields.flags ?? 0, [0, EPHEMERAL])
      interaction.ephemeral = flags === EPHEMERAL
      const message = newMessage(world, {
        ...placed(world, interaction, interaction.ephemeral),
        flags: flags | LOADING,
      })
      interaction.originalId = message.id
      appeared(world, message)
      return message
    }
    case 6:
      interaction.originalId = interaction.sourceId
      return null
    case 7: {
      interaction.originalId = interaction.sourceId
      const message = world.channels.get(channelId)?.messages.get(interaction.sourceId!)
      if (message === undefined) throw refusal(10008)
      rewrite(world, message, readMessageBody(world, 'webhook edit', channelId, data, call.files))
      return message
    }
    case 8:
      interaction.choices = choicesIn(data)
      return null
    default:
      checkModal(data)
      interaction.modal = data
      return null
  }
}

export function choicesIn(data: unknown): readonly unknown[] {
  const choices = listAt(['data', 'choices'], fieldsAt(['data'], data).choices, { max: 25 })
  for (const [index, choice] of choices.entries()) {
    const fields = fieldsAt(['data', 'choices', index], choice)
    onlyKnown(['data', 'choices', index], fields, ['name', 'name_localizations', 'value'])
    textAt(['data', 'choices', index, 'name'], fields.name, { min: 1, max: 100 })
    if (typeof fields.value === 'string' && charactersOf(fields.value) > 100)
      throw invalid(
        ['data', 'choices', index, 'value'],
        'BASE_TYPE_MAX_LENGTH',
        'Must be 100 or fewer in length.',
      )
  }
  return choices
}

export const placed = (world: World, interaction: InteractionState, hidden: boolean) => ({
  channelId: interaction.channelId,
  authorId: world.bot.id,
  interaction: { id: interaction.id, type: interaction.type, userId: interaction.personId },
  visibleTo: hidden ? interaction.personId : null,
  type: interaction.type === 2 ? 20 : 0,
})

export function write(
  world: World,
  interaction: InteractionState,
  body: MessageBody,
  hidden: boolean,
  call: Call,
): MessageState {
  const content = (body.content ?? '').trim()
  const message = newMessage(world, {
    ...placed(world, interaction, hidden),
    content,
    embeds: body.embeds ?? [],
    components: body.components ?? [],
    attachments: [...body.added],
    flags: body.flags ?? 0,
    nonce: body.nonce,
    pings: body.pings(null),
    mentions: knownMentions(world, content),
  })
  call.entry.pings = message.pings
  appeared(world, message)
  return message
}

/** What was "thinking" becomes a message; this rings as a send does. */
export function fill(world: World, message: MessageState, body: MessageBody, call: Call): void {
  if (!body.content?.trim() && !body.embeds?.length && !body.components?.length && body.added.length === 0)
    throw refusal(50006)
  message.flags &= ~LOADING
  message.pings = body.pings(null)
  call.entry.pings = message.pings
  rewrite(world, message, {
    ...body,
    ...(body.flags === undefined ? {} : { flags: body.flags & ~EPHEMERAL }),
  })
  message.edits--
}
