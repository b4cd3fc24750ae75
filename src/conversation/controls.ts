import type { Control, Part, Platform } from '../ports/platform.ts'

/** The buttons under an answer. */
export function controlsOf(platform: Platform, isPrivate: boolean, state: Part['state']): readonly Control[] {
  if (!platform.can.buttons || isPrivate) return []
  switch (state) {
    case 'writing':
      return ['stop']
    case 'done':
    case 'stopped':
      return ['regenerate', 'thumbs']
    case 'failed':
      return ['retry']
  }
}
