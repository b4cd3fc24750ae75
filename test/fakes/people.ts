import type { FileRef, InboundEvent, MessageRef, Person, Place } from '../../src/ports/event.ts'
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
  const placeOf = (message: MessageRef, thread: string | null): Place =>
    intake.place({
      platform: house.chat.platform.name,
      workspace: 'team',
      channel,
      thread,
      message,
      direct: false,
      threadIfOpened: message.id,
    })
  const admit = (event: InboundEvent) => intake.admit(event)
  const base = () => ({ at: Date.now(), by })

  return {
    /** Returns the message; its id is the thread's id when `thread` is null. */
    async say(text: string, thread: string | null = null, files: readonly FileRef[] = []) {
      const message: MessageRef = { channel, id: `m${++count}` }
      const place = placeOf(message, thread)
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
        thread: place.conversation.thread,
        admission: await admit(event),
        again: () => admit(event),
      }
    },
    edit: (message: MessageRef, thread: string, text: string) =>
      admit({
        ...base(),
        kind: 'edit',
        id: `edit:${++count}`,
        place: placeOf(message, thread),
        message,
        text,
        files: [],
      }),
    remove: (message: MessageRef, thread: string) =>
      admit({ ...base(), kind: 'delete', id: `delete:${++count}`, place: placeOf(message, thread), message }),
    stop: (thread: string, answer: MessageRef | null = null) =>
      admit({
        ...base(),
        kind: 'stop',
        id: `stop:${++count}`,
        place: placeOf({ channel, id: '' }, thread),
        answer,
      }),
    regenerate: (answer: MessageRef, thread: string) =>
      admit({
        ...base(),
        kind: 'regenerate',
        id: `again:${++count}`,
        place: placeOf(answer, thread),
        answer,
      }),
    thumb: (answer: MessageRef, thread: string) =>
      admit({
        ...base(),
        kind: 'feedback',
        id: `thumb:${++count}`,
        place: placeOf(answer, thread),
        answer,
        thumb: 'up',
      }),
    /** `root`: the message on which the platform would open a thread for the reply. */
    command: (
      name: string,
      options: Record<string, string | boolean> = {},
      thread: string | null = null,
      root: MessageRef | null = null,
    ) =>
      admit({
        ...base(),
        kind: 'command',
        id: `command:${++count}`,
        place: { ...placeOf(root ?? { channel, id: '' }, thread ?? root?.id ?? ''), root },
        name,
        options,
        message: null,
      }),
  }
}
