import type { FileRef, InboundEvent, MessageRef, Person } from '../../src/ports/event.ts'
import type { House } from './house.ts'

export const person = (id: string, more: Partial<Person> = {}): Person => ({
  id,
  name: id[0]?.toUpperCase() + id.slice(1),
  bot: false,
  foreign: false,
  moderator: false,
  roles: [],
  ...more,
})

let count = 0

/** What a person does in a channel, as events of the chat platform. Each message starts or continues a thread. */
export function talk(house: Pick<House, 'chat'>, by: Person = person('pia'), channel = 'general') {
  const { intake } = house.chat
  const placeOf = (message: MessageRef, thread: string | null, repliesTo: MessageRef | null = null) =>
    intake.place({
      platform: house.chat.platform.name,
      workspace: 'team',
      channel,
      thread,
      message,
      repliesTo,
      direct: false,
      threadIfOpened: message.id,
    })
  const admit = (event: InboundEvent) => intake.admit(event)
  const base = () => ({ at: Date.now(), by })

  return {
    /** Returns the message; its id is the thread's id when `thread` is null. */
    async say(
      text: string,
      thread: string | null = null,
      files: readonly FileRef[] = [],
      repliesTo: MessageRef | null = null,
    ) {
      const message: MessageRef = { channel, id: `m${++count}` }
      const place = await placeOf(message, thread, repliesTo)
      const event: InboundEvent = {
        ...base(),
        kind: 'message',
        id: `message:${message.id}`,
        place,
        message,
        text,
        files,
        quotes: [],
      }
      return {
        message,
        place,
        thread: place.conversation.thread,
        admission: await admit(event),
        again: () => admit(event),
      }
    },
    edit: async (
      message: MessageRef,
      thread: string | null,
      text: string,
      repliesTo: MessageRef | null = null,
    ) =>
      admit({
        ...base(),
        kind: 'edit',
        id: `edit:${++count}`,
        place: await placeOf(message, thread, repliesTo),
        message,
        text,
        files: [],
      }),
    remove: async (message: MessageRef, thread: string | null) =>
      admit({
        ...base(),
        kind: 'delete',
        id: `delete:${++count}`,
        place: await placeOf(message, thread),
        message,
      }),
    stop: async (thread: string, answer: MessageRef | null = null) =>
      admit({
        ...base(),
        kind: 'stop',
        id: `stop:${++count}`,
        place: await placeOf({ channel, id: '' }, thread),
        answer,
      }),
    regenerate: async (answer: MessageRef, thread: string) =>
      admit({
        ...base(),
        kind: 'regenerate',
        id: `again:${++count}`,
        place: await placeOf(answer, thread),
        answer,
      }),
    thumb: async (answer: MessageRef, thread: string) =>
      admit({
        ...base(),
        kind: 'feedback',
        id: `thumb:${++count}`,
        place: await placeOf(answer, thread),
        answer,
        thumb: 'up',
      }),
    /** `root`: the message on which the platform would open a thread for the reply. */
    command: async (
      name: string,
      options: Record<string, string | boolean | FileRef> = {},
      thread: string | null = null,
      root: MessageRef | null = null,
    ) =>
      admit({
        ...base(),
        kind: 'command',
        id: `command:${++count}`,
        place: { ...(await placeOf(root ?? { channel, id: '' }, thread ?? root?.id ?? '')), root },
        name,
        options,
        message: null,
      }),
  }
}
