import type { ActionsBlock, Button, ContextActionsBlock, KnownBlock } from '@slack/types'
import type { ConversationKey } from '../../src/ports/event.ts'
import type { Control } from '../../src/ports/platform.ts'
import { harmless } from './harmless.ts'
import { actionIdOf, writeButtonId } from './interactions/button-id.ts'

const labels: Readonly<Record<Exclude<Control, 'thumbs'>, string>> = {
  stop: 'Stop',
  regenerate: 'Regenerate',
  retry: 'Try again',
  read_aloud: '🔊 Read aloud',
  correct: 'Correct transcript',
}

/** The text of a message and what stands under it. */
export const blocksOf = (
  markdown: string,
  controls: readonly Control[],
  conversation: ConversationKey,
): KnownBlock[] => [
  // An empty block is refused.
  ...(markdown.trim() === '' ? [] : [{ type: 'markdown' as const, text: harmless(markdown) }]),
  ...controlBlocks(controls, conversation),
]

/** The buttons carry all that is needed to act on them after a restart. */
export function controlBlocks(controls: readonly Control[], conversation: ConversationKey): KnownBlock[] {
  const elements = controls.flatMap((control) =>
    control === 'thumbs' ? [] : [button(control, conversation)],
  )
  const buttons: ActionsBlock[] = elements.length > 0 ? [{ type: 'actions', elements }] : []
  return controls.includes('thumbs') ? [...buttons, thumbs(conversation)] : buttons
}

const button = (control: Exclude<Control, 'thumbs'>, conversation: ConversationKey): Button => ({
  type: 'button',
  text: { type: 'plain_text', text: labels[control] },
  action_id: actionIdOf(control),
  value: writeButtonId(control, conversation),
  ...(control === 'retry' ? { style: 'primary' as const } : {}),
})

const thumbs = (conversation: ConversationKey): ContextActionsBlock => ({
  type: 'context_actions',
  elements: [
    {
      type: 'feedback_buttons',
      action_id: actionIdOf('thumbs'),
      positive_button: {
        text: { type: 'plain_text', text: 'Good answer' },
        accessibility_label: 'Say that this answer is good',
        value: writeButtonId('up', conversation),
      },
      negative_button: {
        text: { type: 'plain_text', text: 'Bad answer' },
        accessibility_label: 'Say that this answer is bad',
        value: writeButtonId('down', conversation),
      },
    },
  ],
})
