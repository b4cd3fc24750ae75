import { uuid } from '../uuid.js'
import { wire } from './wire.js'

/** What people do to messages. Failures are said in words and change nothing. */
export function createActions({ me, conversations, notify }) {
  async function attempt(words, run) {
    try {
      await run()
      return true
    } catch (error) {
      notify(`${words}: ${error.message}`)
      return false
    }
  }

  const act = (words, kind, { channel, thread, id }, extra = {}) =>
    attempt(words, () =>
      wire.act({ id: uuid(), kind, channel, thread, message: id, author: { name: me.name }, ...extra }),
    )

  return {
    stop: (message) => act('The answer could not be stopped', 'stop', message),
    regenerate: (message) => act('The answer could not be written again', 'regenerate', message),
    readAloud: (message) => act('The answer can’t be read aloud', 'read_aloud', message),
    /** What the form behind a button holds now, or null. */
    async form(command, message) {
      let found = null
      await attempt('This can’t be changed now', async () => {
        found = await wire.form(command, message)
      })
      return found
    },
    fillIn: (command, { channel, thread, id }, options) =>
      attempt('Your correction was not kept', () =>
        wire.command({
          id: uuid(),
          channel,
          thread,
          name: command,
          options,
          about: id,
          author: { name: me.name },
        }),
      ),
    thumb: (message, thumb) => act('Your thumb was not kept', 'thumb', message, { thumb }),
    /** Stops whatever is being written, also before its first words are there. */
    stopAll: (channel, thread) =>
      act('The answer could not be stopped', 'stop', { channel, thread, id: null }),
    edit: (message, text) =>
      attempt('Your change was not kept', async () => {
        const answer = await wire.edit(message, text)
        if (answer?.id) conversations.accept(answer)
      }),
    remove: (message) =>
      attempt('The message was not deleted', async () => {
        await wire.remove(message)
        conversations.drop(message)
      }),
  }
}
