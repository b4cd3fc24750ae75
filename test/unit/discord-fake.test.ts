import { type Client, Events, type Message, MessageFlags } from 'discord.js'
import { afterEach, expect, test } from 'vitest'
import { loggedIn } from '../fakes/discord/client.ts'
import { type DiscordFakeOptions, startDiscordFake } from '../fakes/discord/discord-fake.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function fakeAndBot(options: DiscordFakeOptions = {}) {
  const discord = await startDiscordFake(options)
  open.push(discord)
  const guild = discord.guild({ name: 'Harbour' })
  const channel = guild.channel({ name: 'general' })
  const client = await loggedIn(discord)
  open.push({ close: () => client.destroy() })
  return { discord, guild, channel, client, ann: discord.person({ name: 'Ann' }) }
}

const heard = (client: Client) =>
  new Promise<Message>((resolve) => client.once(Events.MessageCreate, (message) => resolve(message)))

test('discord.js logs in, hears a person, answers and edits', async () => {
  const { discord, channel, client, ann } = await fakeAndBot()
  const hearing = heard(client)
  ann.says(channel, `<@${discord.bot.id}> ahoy`)
  const message = await hearing
  expect(message).toMatchObject({ content: `<@${discord.bot.id}> ahoy`, guildId: channel.guildId })
  expect(message.mentions.has(client.user)).toBe(true)
  expect(message.member?.displayName).toBe('Ann')
  const reply = await message.reply('Ahoy')
  await reply.edit('Ahoy!')
  expect(discord.visible(channel)).toMatchObject([
    { author: { name: 'ann' } },
    { fromBot: true, content: 'Ahoy!', edits: 1, replyTo: message.id, pings: { users: [ann.id] } },
  ])
  expect(discord.ledger.of('PATCH', '/channels/:channel/messages/:message')).toMatchObject([
    { status: 200, remaining: 4, body: { content: 'Ahoy!' } },
  ])
})

test('discord.js opens a thread, writes into it, types, uploads and downloads again', async () => {
  const { discord, channel, client, ann } = await fakeAndBot()
  const hearing = heard(client)
  const asked = ann.says(channel, 'Which tide?')
  const message = await hearing
  const thread = await message.startThread({ name: 'Tides' })
  expect(thread.id).toBe(asked.id)
  await thread.sendTyping()
  const sent = await thread.send({ files: [{ attachment: Buffer.from('low'), name: 'tide.txt' }] })
  await thread.setName('Low tide')
  expect(discord.nameOf(thread)).toBe('Low tide')
  expect(discord.threadOf(asked)?.parentId).toBe(channel.id)
  const [seen] = discord.visible(thread)
  expect(Buffer.from(seen!.attachments[0]!.bytes).toString()).toBe('low')
  const fetched = await fetch(sent.attachments.first()!.url)
  expect(await fetched.text()).toBe('low')
  await sent.delete()
  expect(discord.visible(thread)).toEqual([])
  expect(discord.visible(thread, { system: true }).map(({ type }) => type)).toEqual([21, 4])
})

test('discord.js answers a direct message, and hears of corrections and deletions', async () => {
  const { discord, client, ann } = await fakeAndBot()
  const hearing = heard(client)
  const asked = ann.says('dm', 'Psst')
  await (await hearing).reply('Yes?')
  expect(discord.visible('dm', { as: ann }).map(({ content }) => content)).toEqual(['Psst', 'Yes?'])
  const edited = new Promise<string | null>((resolve) =>
    client.once(Events.MessageUpdate, (_, message) => resolve(message.content)),
  )
  ann.edits(asked, 'Psst!')
  expect(await edited).toBe('Psst!')
  const deleted = new Promise<string>((resolve) => client.once(Events.MessageDelete, ({ id }) => resolve(id)))
  ann.deletes(asked)
  expect(await deleted).toBe(asked.id)
})

test('discord.js answers a slash command, defers one and fills it', async () => {
  const { discord, channel, client, ann } = await fakeAndBot()
  await client.application.commands.set([
    {
      name: 'ask',
      description: 'Ask',
      options: [{ type: 3, name: 'prompt', description: 'What', required: true }],
    },
  ])
  client.on(Events.InteractionCreate, async (interaction) => {
    if (!interaction.isChatInputCommand()) return
    await interaction.deferReply({ flags: MessageFlags.Ephemeral })
    await interaction.editReply(`You said ${interaction.options.getString('prompt')}`)
    await interaction.followUp('More')
  })
  const asked = ann.slash(channel, 'ask', { prompt: 'ahoy' })
  await asked.answered()
  expect(asked).toMatchObject({ callback: 5, ephemeral: true })
  await discord.until(() => asked.replies().length === 2)
  expect(asked.replies()).toMatchObject([
    { content: 'You said ahoy', ephemeral: true, loading: false },
    { content: 'More', ephemeral: false },
  ])
  const bob = discord.person({ name: 'Bob' })
  expect(discord.visible(channel, { as: bob }).map(({ content }) => content)).toEqual(['More'])
  expect(discord.visible(channel, { as: ann })).toHaveLength(2)
})

test('discord.js takes options with files, menus, buttons, modals and autocomplete as Discord sends them', async () => {
  const { discord, guild, channel, client, ann } = await fakeAndBot()
  await client.application.commands.set([
    { name: 'see', description: 'See', options: [{ type: 11, name: 'file', description: 'File' }] },
    {
      name: 'model',
      description: 'M',
      options: [{ type: 3, name: 'name', description: 'N', autocomplete: true }],
    },
    { name: 'Ask about this', type: 3 },
  ])
  const heardOf: unknown[] = []
  client.on(Events.InteractionCreate, async (interaction) => {
    if (interaction.isAutocomplete()) {
      await interaction.respond([{ name: interaction.options.getFocused(), value: 'v' }])
    } else if (interaction.isMessageContextMenuCommand()) {
      heardOf.push(
        interaction.targetMessage.content,
        interaction.context,
        interaction.authorizingIntegrationOwners[1],
      )
      await interaction.showModal({
        title: 'Ask',
        customId: 'm',
        components: [{ type: 1, components: [{ type: 4, customId: 'q', label: 'Question', style: 1 }] }],
      })
    } else if (interaction.isModalSubmit()) {
      await interaction.reply({
        content: interaction.fields.getTextInputValue('q'),
        components: [{ type: 1, components: [{ type: 2, style: 2, label: 'Stop', customId: 's' }] }],
      })
    } else if (interaction.isButton()) {
      heardOf.push(interaction.memberPermissions?.has('ManageMessages'), interaction.message.content)
      await interaction.update({ content: 'stopped', components: [] })
    } else if (interaction.isChatInputCommand()) {
      const file = interaction.options.getAttachment('file', true)
      const text = await (await fetch(file.url)).text()
      await interaction.reply(`${file.name}: ${text}`)
    }
  })
  const asked = await ann
    .slash(channel, 'see', { file: { name: 'a.txt', bytes: Buffer.from('tide') } })
    .answered()
  expect(asked.replies()).toMatchObject([{ content: 'a.txt: tide' }])
  expect(await ann.types(channel, 'model', 'name', 'gpt')).toEqual([{ name: 'gpt', value: 'v' }])

  const menu = await ann
    .opensMenu(ann.says(channel, 'hm'), 'Ask about this', { installed: 'user' })
    .answered()
  const sent = await ann.fills(menu.modal!, { Question: 'why?' }).answered()
  const [reply] = sent.replies()
  expect(reply).toMatchObject({ content: 'why?', buttons: [{ label: 'Stop', customId: 's' }] })
  const bob = discord.person({ name: 'Bob', moderator: true })
  await bob.presses(reply!, 'Stop').answered()
  expect(discord.message(reply!)).toMatchObject({ content: 'stopped', buttons: [] })
  expect(heardOf).toEqual(['hm', 0, ann.id, true, 'why?'])
  expect(guild.id).toBe(channel.guildId)
})

test('replies, forwards, stickers, webhooks and other bots look as they do on Discord', async () => {
  const { discord, channel, client, ann } = await fakeAndBot()
  const all: Message[] = []
  client.on(Events.MessageCreate, (message) => all.push(message))
  const first = ann.says(channel, 'first', { stickers: ['wave'] })
  const bob = discord.person({ name: 'Bob', bot: true })
  bob.says(channel, 'second', { replyTo: first })
  bob.says(channel, '', { forward: first })
  ann.says(channel, 'hook', { webhook: true })
  await discord.until(() => all.length === 4)
  const [one, two, three, four] = all
  expect(one?.stickers.first()?.name).toBe('wave')
  expect(two).toMatchObject({ author: { bot: true }, reference: { messageId: first.id } })
  expect(two?.mentions.repliedUser?.id).toBe(ann.id)
  expect(three?.messageSnapshots.first()?.content).toBe('first')
  expect(four?.webhookId).toBeTruthy()
})
