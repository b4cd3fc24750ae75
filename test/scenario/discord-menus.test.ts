import { expect, it } from 'vitest'
import { text } from '../fakes/openai/script.ts'
import { png } from '../fakes/png.ts'
import { openDiscordStage } from './discord-stage.ts'
import { isWhole, roomy, said } from './discord-telling.ts'

async function atHome() {
  const stage = await openDiscordStage({ limits: roomy })
  const home = stage.discord.guild({ name: 'Home' })
  const channel = home.channel({ name: 'general' })
  const [ann, bob] = [stage.discord.person({ name: 'Ann' }), stage.discord.person({ name: 'Bob' })]
  await stage.discord.until(() => stage.discord.commands.puts === 1)
  return { ...stage, home, channel, ann, bob }
}

it('Summarise gives a summary of somebody’s message to the one who asked for it, alone', async () => {
  const { discord, model, channel, ann, bob } = await atHome()
  const long = bob.says(channel, 'The ferry sails at nine, and not at eight as it used to.')
  model.next({ beats: text('The ferry now sails at nine.') })
  const menu = ann.opensMenu(long, 'Summarise')
  await discord.until(() => said(menu.replies())[0] === 'The ferry now sails at nine.')
  expect(menu.ephemeral).toBe(true)
  expect(said(discord.visible(channel, { as: bob }))).toEqual([])
  expect(JSON.stringify((await model.arrival(1)).body)).toContain('The ferry sails at nine')
})

it('Ask about this asks for the question in a form and answers with the message in view', async () => {
  const { discord, model, channel, ann, bob } = await atHome()
  const message = bob.says(channel, 'Meet at the pier', {
    files: [{ name: 'pier.png', bytes: png(8, 8), type: 'image/png' }],
  })
  const menu = await ann.opensMenu(message, 'Ask about this').answered()
  expect(menu.modal).toMatchObject({ title: 'Ask about this message' })
  model.next({ beats: text('At the pier.') })
  const filled = ann.fills(menu.modal!, { 'What you want to know': 'where do they meet?' })
  await discord.until(() => isWhole(filled.replies()))
  expect(said(filled.replies())).toEqual(['At the pier.'])
  const body = JSON.stringify((await model.arrival(1)).body)
  expect(body).toContain('Meet at the pier')
  expect(body).toContain('where do they meet?')
  expect(body).toContain('data:image/png;base64,')
})

it('both work where only the person installed the app', async () => {
  const { discord, model, ann, bob } = await atHome()
  const elsewhere = discord.guild({ name: 'Elsewhere', installed: false }).channel({ name: 'lounge' })
  const message = bob.says(elsewhere, 'The ferry sails at nine.')
  model.next({ beats: text('Nine.') })
  const menu = ann.opensMenu(message, 'Summarise', { installed: 'user' })
  await discord.until(() => said(menu.replies())[0] === 'Nine.')
  expect(JSON.stringify((await model.arrival(1)).body)).toContain('The ferry sails at nine')
  const asking = await ann.opensMenu(message, 'Ask about this', { installed: 'user' }).answered()
  model.next({ beats: text('At nine.') })
  const filled = ann.fills(asking.modal!, { 'What you want to know': 'when?' })
  await discord.until(() => isWhole(filled.replies()))
  expect(said(filled.replies())).toEqual(['At nine.'])
})

it('Summarise of a message with nothing but an unreadable file says so, to the one who asked alone', async () => {
  const { discord, channel, ann, bob } = await atHome()
  const empty = bob.says(channel, '', { files: [{ name: 'x.bin', bytes: new Uint8Array(4) }] })
  const menu = ann.opensMenu(empty, 'Summarise')
  await discord.until(() => said(menu.replies()).length === 1 && !menu.replies()[0]!.loading)
  expect(menu.ephemeral).toBe(true)
  expect(said(menu.replies())[0]).toContain('`x.bin`')
})
