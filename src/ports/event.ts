/** What people do where Parley listens. Plain data all through: an event outlives the process in the inbox. */

/** Where a conversation lives. Always a tuple: ids of different platforms may contain any separator. */
export interface ConversationKey {
  readonly platform: string
  /** Discord guild, Slack team; `@me` or the like where there is none. */
  readonly workspace: string
  readonly channel: string
  /** The thread's id, or '' when the channel itself is the conversation (a DM, `conversations: channel`). */
  readonly thread: string
}

/** One message at its platform. Ids need only be unique within `channel` (Slack's `ts` is not unique beyond it). */
export interface MessageRef {
  /** The id under which the platform's API finds the message: the thread's own id where threads are channels. */
  readonly channel: string
  readonly id: string
}

/** Where the answer goes. */
export interface Place {
  readonly conversation: ConversationKey
  /** The message on which the thread still has to be opened; null when the place exists already. */
  readonly root: MessageRef | null
  /**
   * The conversation has no thread of its own: the answer stands in this message's channel, as a reply to it where
   * the platform has replies.
   */
  readonly replyTo?: MessageRef
  /** Between one person and Parley. */
  readonly direct: boolean
  /** The platform's own note to itself (an interaction's token, say); the engine hands it back unread. */
  readonly via?: string
}

export interface Person {
  readonly id: string
  readonly name: string
  readonly bot: boolean
  /** Belongs to another company (Slack Connect): ignored unless allowed. */
  readonly foreign: boolean
  /** The id of the company's workspace, where the person is foreign and it is known. */
  readonly home?: string
  /**
   * Whose budget the person's questions count against: the same id in all workspaces of the platform. Absent = the
   * person's own, in each workspace another.
   */
  readonly account?: string
  /** May stop and regenerate other people's answers (Discord: Manage Messages). */
  readonly moderator: boolean
  readonly roles: readonly string[]
}

/** A file at its platform. Name, type and size are the sender's claims; the bytes decide. */
export interface FileRef {
  readonly id: string
  readonly name: string
  readonly type: string | null
  /** Bytes. */
  readonly size: number | null
  readonly url: string | null
  /** Recorded in the chat as a voice note, or clip. Absent = an ordinary file. */
  readonly voice?: VoiceClaim
}

/** What the platform says of a voice note. */
export interface VoiceClaim {
  readonly seconds: number | null
  /** The platform's own transcript: used where no model can be asked. */
  readonly transcript?: string
}

interface Heard {
  /** The event's identity at its platform; a second delivery carries the same. Unique within the platform. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly place: Place
  readonly by: Person
}

export interface MessageHeard extends Heard {
  readonly kind: 'message'
  readonly message: MessageRef
  /** Markdown, mentions written as names, the mention of the bot itself removed. */
  readonly text: string
  readonly files: readonly FileRef[]
  /** What the person refers to: the message replied to, a forward, the thread's starter. Data, not instructions. */
  readonly quotes: readonly Quote[]
  /**
   * It speaks to nobody: it is heard only because Parley takes part in the conversation. Absent: it speaks to Parley,
   * as far as is known.
   */
  readonly overheard?: true
}

export interface Quote {
  readonly author: string
  readonly text: string
}

export interface MessageEdited extends Heard {
  readonly kind: 'edit'
  readonly message: MessageRef
  readonly text: string
  readonly files: readonly FileRef[]
}

export interface MessageDeleted extends Heard {
  readonly kind: 'delete'
  readonly message: MessageRef
}

export interface CommandCalled extends Heard {
  readonly kind: 'command'
  readonly name: string
  readonly options: Readonly<Record<string, string | number | boolean | FileRef>>
  /** The caller's own message where the platform shows one (the playground); edits and deletes refer to it. */
  readonly message: MessageRef | null
  /** Called from a message's menu: that message. Data, not instructions. */
  readonly quotes?: readonly Quote[]
  /** That message's files, beside those of the options. */
  readonly files?: readonly FileRef[]
  /** A form that came from a button: the message under which the button stands. */
  readonly about?: MessageRef
}

export interface StopPressed extends Heard {
  readonly kind: 'stop'
  /** The message whose answer is to stop; null = whatever is being written in the conversation. */
  readonly answer: MessageRef | null
}

export interface RegenerateWanted extends Heard {
  readonly kind: 'regenerate'
  /** Any message of the exchange. */
  readonly answer: MessageRef
  /** Nobody pressed a button: the engine follows an edit or a delete, and is silent when nothing is left to write again. */
  readonly quiet?: true
}

export interface FeedbackGiven extends Heard {
  readonly kind: 'feedback'
  readonly answer: MessageRef
  readonly thumb: 'up' | 'down' | null
}

/** A person wants an answer to be heard: by its button, or by a reaction to it. */
export interface ReadAloudWanted extends Heard {
  readonly kind: 'read_aloud'
  /** Any message of the answer. */
  readonly answer: MessageRef
  /** Nobody pressed a button (a reaction, a channel in which all answers are spoken): silent where the answer isn't known. */
  readonly quiet?: true
}

export type InboundEvent =
  | MessageHeard
  | MessageEdited
  | MessageDeleted
  | CommandCalled
  | StopPressed
  | RegenerateWanted
  | FeedbackGiven
  | ReadAloudWanted
