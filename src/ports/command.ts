/** A command as platforms register it and the playground lists it; the handlers live in src/conversation/commands. */
export interface CommandSpec {
  readonly name: string
  /** One line; at most 100 characters (Discord's limit). */
  readonly description: string
  readonly options: readonly CommandOption[]
}

export interface CommandOption {
  readonly name: string
  readonly description: string
  readonly type: 'text' | 'flag' | 'file'
  readonly required: boolean
  /** What to offer while the person types. */
  readonly suggest?: 'models'
}
