import type { TurnEvent } from './turn.ts'
import type { WritingPlace } from './writing.ts'

/** Takes a turn on to its next state, and notes that in its trace. */
export const reaching =
  ({ running, trace }: Pick<WritingPlace, 'running' | 'trace'>) =>
  (event: TurnEvent): void => {
    if (running.happen(event)) trace.set({ state: running.turn.state })
  }
