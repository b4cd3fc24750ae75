import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ModelError } from '../../src/ports/failure.ts'
import type { Model, ModelEvent, PromptPart, ReplyEnd, ReplyRequest } from '../../src/ports/model.ts'

export interface ModelWorld {
  readonly model: Model
  /** A name to ask for. */
  readonly name: string
  /** null where any name is taken. */
  readonly unknownName: string | null
  close(): Promise<void>
}

/** `steady`: with pauses between the words. `endless`: answers begin and then do not end while a test looks at them. */
export type Pace = 'quick' | 'steady' | 'endless'

/** What every `Model` promises, whatever is behind it. */
export function describeModel(name: string, makeWorld: (pace: Pace) => Promise<ModelWorld>): void {
  describe(`${name} as a Model`, () => {
    let world: ModelWorld
    const begin = async (pace: Pace): Promise<void> => {
      world = await makeWorld(pace)
    }
    afterEach(() => world.close())

    test('words that come one after the other are given in several pieces', async () => {
      await begin('steady')
      const events = await all(world.model.reply(ask(world, 'Take your time'), never()))
      expect(events.filter(({ kind }) => kind === 'text').length).toBeGreaterThan(2)
    })

    describe('answering', () => {
      beforeEach(() => begin('quick'))

      test('gives its text and ends once, last', async () => {
        const events = await all(world.model.reply(ask(world, 'Good morning, how are you?'), never()))
        expect(events[0]).toMatchObject({ kind: 'started' })
        expect(textOf(events)).toContain('Good morning, how are you?')
        expect(events.filter(({ kind }) => kind === 'end')).toHaveLength(1)
        expect(events.at(-1)).toMatchObject({ kind: 'end', end: { reason: 'complete' } })
      })

      test('reports usage that adds up', async () => {
        const { usage, model } = endOf(await all(world.model.reply(ask(world, 'How much is that?'), never())))
        expect(usage.inputTokens).toBeGreaterThan(0)
        expect(usage.outputTokens).toBeGreaterThan(0)
        expect(usage.cachedTokens).toBeLessThanOrEqual(usage.inputTokens)
        expect(usage.reasoningTokens).toBeLessThanOrEqual(usage.outputTokens)
        expect(model).not.toBe('')
      })

      test('sees a picture given as bytes', async () => {
        const events = await all(world.model.reply(ask(world, 'What is this?', picture), never()))
        expect(textOf(events)).toMatch(/image\/png/)
        expect(textOf(events)).toMatch(/1 ?× ?1/)
      })

      test('takes audio, a history of all roles and every parameter', async () => {
        const request: ReplyRequest = {
          ...ask(world, 'And now?', { kind: 'audio', name: 'note.ogg', type: 'audio/ogg', seconds: 2 }),
          parameters: {
            temperature: 0.5,
            topP: 0.9,
            maxTokens: 4000,
            frequencyPenalty: 0.1,
            presencePenalty: 0.1,
            stop: ['\n\n\n\n'],
            responseFormat: { kind: 'text' },
          },
          person: 'hash-of-a-person',
          cacheKey: 'conversation-1',
        }
        const events = await all(world.model.reply(request, never()))
        expect(textOf(events)).toContain('And now?')
        expect(endOf(events).reason).toBe('complete')
      })

      test('throws aborted when the signal is aborted already', async () => {
        const error = await failure(world.model.reply(ask(world, 'Hello'), AbortSignal.abort()))
        expect(error.kind).toBe('aborted')
      })

      test('names an unknown model and what to do about it', async ({ skip }) => {
        if (world.unknownName === null) return skip('any name is taken')
        const error = await failure(
          world.model.reply({ ...ask(world, 'Hello'), model: world.unknownName }, never()),
        )
        expect(error.kind).toBe('model_not_found')
        expect(error.words).toContain(world.unknownName)
        expect(error.words).toContain('/models')
      })

      test('lists its models', async () => {
        const models = await world.model.models(never())
        expect(models.length).toBeGreaterThan(0)
        for (const { id, shutdownDate } of models) {
          expect(id).not.toBe('')
          expect(shutdownDate ?? '2027-01-01').toMatch(/^\d{4}-\d\d-\d\d/)
        }
        await expect(world.model.models(AbortSignal.abort())).rejects.toMatchObject({ kind: 'aborted' })
      })
    })

    describe('in the middle of an answer', () => {
      beforeEach(() => begin('endless'))

      test('throws aborted within 100 ms of the abort, and never an end', async () => {
        const stop = new AbortController()
        const seen: ModelEvent[] = []
        let late = false
        const error = await failure(world.model.reply(ask(world, 'Hello'), stop.signal), (event) => {
          seen.push(event)
          if (event.kind !== 'text') return
          // A timer of the same event loop: a machine that stalls holds up both.
          setTimeout(() => {
            late = true
          }, 100)
          stop.abort()
        })
        expect(error.kind).toBe('aborted')
        expect(late).toBe(false)
        expect(seen.some(({ kind }) => kind === 'end')).toBe(false)
      })

      test('lets go when its reader leaves', async () => {
        const left = async (): Promise<string> => {
          for await (const event of world.model.reply(ask(world, 'Hello'), never())) {
            if (event.kind === 'text') return 'left'
          }
          return 'ended'
        }
        await expect(left()).resolves.toBe('left')
      })
    })
  })
}

const picture: PromptPart = {
  kind: 'image',
  image: {
    kind: 'bytes',
    bytes: Buffer.from(
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
      'base64',
    ),
    type: 'image/png',
    width: 1,
    height: 1,
    name: 'dot.png',
  },
}

function ask(world: ModelWorld, text: string, ...more: PromptPart[]): ReplyRequest {
  return {
    model: world.name,
    instructions: 'Answer briefly.',
    messages: [
      { role: 'system', content: [{ kind: 'text', text: 'Earlier they spoke of the weather.' }] },
      { role: 'user', content: [{ kind: 'text', text: 'Hi' }] },
      { role: 'assistant', content: [{ kind: 'text', text: 'Hello!' }] },
      { role: 'user', content: [{ kind: 'text', text }, ...more] },
    ],
    parameters: {},
  }
}

export function never(): AbortSignal {
  return new AbortController().signal
}

export async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const seen: T[] = []
  for await (const event of events) seen.push(event)
  return seen
}

export function textOf(events: readonly ModelEvent[]): string {
  return events.map((event) => (event.kind === 'text' ? event.delta : '')).join('')
}

export function endOf(events: readonly ModelEvent[]): ReplyEnd {
  const last = events.at(-1)
  if (last?.kind !== 'end') throw new Error(`The last event is ${last?.kind}, not the end`)
  return last.end
}

/** The error that a stream fails with; fails itself when the stream does not. */
export async function failure<T>(
  events: AsyncIterable<T>,
  see: (event: T) => void = () => {},
): Promise<ModelError> {
  try {
    for await (const event of events) see(event)
  } catch (error) {
    if (error instanceof ModelError) return error
    throw error
  }
  throw new Error('The stream did not fail')
}
