/**
 * Whether a message came too late for the answer that is being written, so that the next one is for it.
 * @param {{ at: number, text: string, thread: string | null }} message
 * @param {{ thread: string, outcome: string | null, modelCalledAt: number | null } | null} trace
 */
export const waits = ({ at, text, thread }, trace) =>
  trace !== null &&
  (trace.thread || null) === thread &&
  trace.outcome === null &&
  trace.modelCalledAt !== null &&
  at > trace.modelCalledAt &&
  !text.startsWith('/')
