/** A command as platforms register it and the playground lists it; the handlers live in src/conversation/commands. */
export interface CommandSpec {
  readonly name: string
  /** One line; at most 100 characters (Discord's limit). */
  readonly description: string
  readonly options: readonly CommandOption[]
  /**
   * Whose eyes the reply is for, as platforms must know it before there is one. `asked`: the caller's alone when the
   * option `private` is set. `bare`: the caller's alone when no option is given (it shows), everybody's otherwise (it sets).
   */
  readonly audience: 'all' | 'caller' | 'asked' | 'bare'
  /** Called without options it asks for them in a form (`Intake.form`), where the platform has forms. */
  readonly form?: true
  /** It is in the menu of messages too, under this title of at most 32 characters (Discord's limit); the message comes as the call's quote. */
  readonly menu?: string
  /** Only there: without a message it means nothing. */
  readonly menuOnly?: true
  /** Called by nothing but the button of an answer, which asks for its form (`Intake.form`): no platform registers it. */
  readonly buttonOnly?: true
}

export interface CommandOption {
  readonly name: string
  readonly description: string
  readonly type: 'text' | 'flag' | 'file'
  readonly required: boolean
  /** What to offer while the person types. */
  readonly suggest?: Suggestion
  /** Nothing else is taken; at most 25 (Discord's limit). */
  readonly choices?: readonly string[]
}

export type Suggestion = 'models' | 'voices'

/** A command's options as fields to fill in, with what holds now. A field that comes back as it was is no option of the call. */
export interface Form {
  /** At most 45 characters (Discord's limit). */
  readonly title: string
  /** At most 5 (Discord's limit). */
  readonly fields: readonly FormField[]
}

export interface FormField {
  /** The option that it fills. */
  readonly name: string
  /** At most 45 characters (Discord's limit). */
  readonly label: string
  readonly lines: 'one' | 'many'
  readonly value: string
  /** Characters; at most 4000 (Discord's limit). */
  readonly longest: number
  readonly required: boolean
}
