import { mentionsParley } from './mention.js'
import { createActions } from './state/actions.js'
import { createActivities } from './state/activities.js'
import { createChannels } from './state/channels.js'
import { createConnection } from './state/connection.js'
import { createConversations } from './state/conversations.js'
import { keep, recall } from './state/kept.js'
import { createMe } from './state/me.js'
import { createOutbox } from './state/outbox.js'
import { createRoute } from './state/route.js'
import { createTraces } from './state/traces.js'
import { wire } from './state/wire.js'
import { uuid } from './uuid.js'
import { confirm } from './view/dialogs.js'
import { takeStrayDrops } from './view/drop-zone.js'
import { createFrame } from './view/frame.js'
import { createNotices } from './view/notices.js'
import { createSpoken } from './view/spoken.js'

/** @typedef {Awaited<ReturnType<typeof createApp>>} App */

/** A command that is worked at for a while, in a thread for all to see: there it can be stopped. */
function takesWork(text, commands) {
  const [, name] = /^\/([\w-]+)\s+\S/.exec(text) ?? []
  const command = commands.find((one) => one.name === name?.toLowerCase())
  return command?.audience === 'all' && command.options.some(({ required }) => required)
}

/** Puts the parts together: what the page knows, how news reaches it, and the frame that shows it. */
export async function createApp(page, config) {
  const notify = createNotices(document.querySelector('#notices'))
  const spoken = createSpoken(document.querySelector('#spoken'))
  const me = createMe(config.me.id)
  const route = createRoute()
  const channels = createChannels()
  const conversations = createConversations()
  const activities = createActivities()
  const traces = createTraces()
  const outbox = createOutbox({ onSent: conversations.accept })
  const actions = createActions({ me, conversations, notify })
  const connection = createConnection(config.latest)
  const own = new Set()
  let models = []

  const openThread = (channel, id) => route.go(channel, id)
  const app = {
    config,
    me,
    route,
    channels,
    conversations,
    activities,
    traces,
    outbox,
    actions,
    connection,
    notify,
    known: () => ({ commands: config.commands, models, voices: config.voices ?? [] }),
    world: { me, actions, outbox, traces, confirm, openThread: (id) => openThread(route.channel, id) },
    /** @param {import('./state/wire.js').Channel} channel */
    send(channel, thread, text, files) {
      const id = uuid()
      void outbox.send({ id, channel: channel.id, thread, text, files, author: me.author(), at: Date.now() })
      if (channel.kind === 'direct' || thread) return
      own.add(id)
      if (mentionsParley(text) || takesWork(text, config.commands)) openThread(channel.id, id)
    },
  }

  function arrived(message) {
    conversations.accept(message)
    spoken.hear(message)
    const elsewhere = message.channel !== route.channel || document.hidden
    if (elsewhere && message.author.id !== me.id && message.state !== 'writing')
      channels.mark(message.channel, true)
    if (
      message.thread &&
      own.delete(message.thread) &&
      message.author.bot &&
      route.thread === null &&
      !elsewhere
    ) {
      openThread(message.channel, message.thread)
    }
  }

  async function refetch() {
    activities.clear()
    conversations.refetch()
    await channels.load().catch((error) => {
      if (error.status !== 0) notify(`The channels could not be fetched: ${error.message}`)
    })
  }

  const settle = () => {
    if (route.channel) keep('last', route.channel)
    if (route.channel && !document.hidden) channels.mark(route.channel, false)
  }

  connection.message.on(arrived)
  connection.removed.on((removed) => {
    conversations.drop(removed)
    if (removed.channel === route.channel && removed.id === route.thread)
      route.go(route.channel, null, { replace: true })
  })
  connection.activity.on(activities.set)
  connection.trace.on(traces.accept)
  connection.state.on(async (state) => {
    if (state === 'online') {
      traces.forgetRunning()
      conversations.refetch({ failed: true })
    }
    if (state !== 'lost') return
    const now = await wire.config().catch(() => null)
    if (now && now.me?.id !== me.id) location.reload()
  })
  connection.reset.on(() => void refetch())
  route.changed.on(settle)
  document.addEventListener('visibilitychange', settle)

  await channels.load()
  const listWanted = location.hash === '#/' && matchMedia('(max-width: 760px)').matches
  const known = channels.get(route.channel) ?? channels.get(recall('last', '')) ?? channels.all[0]
  if (known && !listWanted && known.id !== route.channel) route.go(known.id, null, { replace: true })
  settle()
  const frame = createFrame(app)
  takeStrayDrops(document, frame.addFiles)
  page.replaceChildren(frame.element)
  frame.begin()
  connection.open()
  outbox.resume()
  wire
    .models()
    .then((answer) => {
      models = answer.models.map((model) => (typeof model === 'string' ? model : model.id))
    })
    .catch((error) => console.warn('No models to suggest:', error))
  return app
}
