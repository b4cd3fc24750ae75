import type { SeenMessage } from '../fakes/slack/seeing.ts'
import { said } from '../scenario/slack-telling.ts'
import { isFinished } from '../scenario/slack-watching.ts'

/** Whether all messages of an answer have ended, the last with its buttons. */
export const isWhole = (messages: readonly SeenMessage[]): boolean =>
  messages.every(({ isStreaming }) => !isStreaming) && messages.slice(-1).some(isFinished)

/** Whether they say this, and all of it. Where a message ends white space is lost, and nothing else. */
export const sayAll = (messages: readonly SeenMessage[], text: string): boolean =>
  bare(said(messages).join('')) === bare(text)

const bare = (text: string): string => text.replaceAll(/\s+/g, '')
