import { createHash } from 'node:crypto'
import { ModelError } from '../../src/ports/failure.ts'
import type { Painter } from '../../src/ports/model.ts'
import { stopIfAborted } from './aborted.ts'
import { png } from './png.ts'

const SIDE = 256
const LARGEST_SIDE = 1024

/** Paints two colours, taken from the prompt, into each other: first coarse, then fine. */
export function rehearsalPainter(): Painter {
  return {
    async *paint({ prompt, size, images = [] }, signal) {
      stopIfAborted(signal)
      const { width, height } = sizeOf(size)
      // Another picture to work on makes another picture.
      const colours = coloursOf([prompt, ...images.map(({ bytes }) => hashOf(bytes))].join('\n'))
      yield { bytes: gradient(width, height, 32, colours), type: 'image/png', final: false }
      stopIfAborted(signal)
      yield { bytes: gradient(width, height, 1, colours), type: 'image/png', final: true }
    },
  }
}

function sizeOf(size = `${SIDE}x${SIDE}`): { width: number; height: number } {
  const [, width, height] = /^(\d{1,4})x(\d{1,4})$/.exec(size) ?? []
  if (size === 'auto') return { width: SIDE, height: SIDE }
  if (!Number(width) || !Number(height)) {
    throw new ModelError('bad_request', `${size} is no size for a picture. Give it like 1024x1024.`)
  }
  return { width: Math.min(Number(width), LARGEST_SIDE), height: Math.min(Number(height), LARGEST_SIDE) }
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

type Colour = readonly [number, number, number]

function coloursOf(prompt: string): readonly [Colour, Colour] {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = createHash('sha256').update(prompt).digest()
  return [
    [a, b, c],
    [d, e, f],
  ]
}

/** `grain`: pixels of one colour beside each other. */
function gradient(
  width: number,
  height: number,
  grain: number,
  [from, to]: readonly [Colour, Colour],
): Uint8Array {
  return png(width, height, (x, y) => {
    const step = (value: number): number => Math.floor(value / grain) * grain
    const part = (step(x) / width + step(y) / height) / 2
    const mix = (channel: 0 | 1 | 2): number => Math.round(from[channel] * (1 - part) + to[channel] * part)
    return [mix(0), mix(1), mix(2)]
  })
}
