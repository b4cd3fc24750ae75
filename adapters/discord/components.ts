import { ButtonStyle, ComponentType } from 'discord.js'
import type { APIActionRowComponent, APIButtonComponentWithCustomId, APIMessage } from 'discord-api-types/v10'
import type { ConversationKey } from '../../src/ports/event.ts'
import type { Control } from '../../src/ports/platform.ts'
import { writeButtonId } from './interactions/custom-id.ts'

type Verb = Parameters<typeof writeButtonId>[0]
type Face = Pick<APIButtonComponentWithCustomId, 'label' | 'emoji'> & {
  readonly style: ButtonStyle.Secondary | ButtonStyle.Primary
}
type Row = APIActionRowComponent<APIButtonComponentWithCustomId>

/** The most buttons of one row ("Action Row"). */
const ROW = 5

const faces: Readonly<Record<Exclude<Control, 'thumbs'>, Face>> = {
  stop: { label: 'Stop', style: ButtonStyle.Secondary },
  regenerate: { label: 'Regenerate', style: ButtonStyle.Secondary },
  retry: { label: 'Try again', style: ButtonStyle.Primary },
  read_aloud: { label: 'Read aloud', emoji: { name: '🔊' }, style: ButtonStyle.Secondary },
  correct: { label: 'Correct transcript', style: ButtonStyle.Secondary },
}

/** The buttons under a message, in rows, or none. Their ids carry all that is needed to act on them after a restart. */
export function componentsOf(controls: readonly Control[], conversation: ConversationKey): Row[] {
  const buttons = controls.flatMap((control): APIButtonComponentWithCustomId[] =>
    control === 'thumbs'
      ? [thumb('up', '👍'), thumb('down', '👎')]
      : [{ type: ComponentType.Button, ...faces[control], custom_id: writeButtonId(control, conversation) }],
  )
  return Array.from({ length: Math.ceil(buttons.length / ROW) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: buttons.slice(row * ROW, (row + 1) * ROW),
  }))

  function thumb(verb: Verb, emoji: string): APIButtonComponentWithCustomId {
    return {
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      emoji: { name: emoji },
      custom_id: writeButtonId(verb, conversation),
    }
  }
}

/** Whether the message has the Stop button of this conversation: then its answer was still being written. */
export const hasStopOf = (
  { channel, thread }: ConversationKey,
  { components = [] }: Pick<APIMessage, 'components'>,
): boolean =>
  components
    .flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []))
    .some(
      (button) => 'custom_id' in button && button.custom_id === writeButtonId('stop', { channel, thread }),
    )
