/** Where people talk with Parley. */
export interface Acquaintance {
  readonly channel: string
  /** The thread's root; '' = the channel itself. */
  readonly thread: string
}
