import type { CommandSpec } from '../../../src/ports/command.ts'

/** An entry of the app manifest's `features.shortcuts`. */
export interface Shortcut {
  readonly name: string
  readonly type: 'message'
  readonly callback_id: string
  readonly description: string
}

/** Slack's limits. */
const nameLimit = 24
const descriptionLimit = 150

/** The commands that are in the menu of messages, for the app's manifest. */
export const shortcutsOf = (commands: readonly CommandSpec[]): readonly Shortcut[] =>
  commands.flatMap((spec) =>
    spec.menu === undefined
      ? []
      : [
          {
            name: spec.menu.slice(0, nameLimit),
            type: 'message' as const,
            callback_id: callbackIdOf(spec),
            description: spec.description.slice(0, descriptionLimit),
          },
        ],
  )

export const callbackIdOf = ({ name }: Pick<CommandSpec, 'name'>): string => `parley.${name}`
