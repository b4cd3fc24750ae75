import type { Command } from './command.ts'

export const image: Command = {
  name: 'image',
  description: 'Paint a picture, or change the one you attach',
  options: [
    { name: 'prompt', description: 'What to paint, or what to change', type: 'text', required: true },
    {
      name: 'size',
      description: 'Width and height in pixels',
      type: 'text',
      required: false,
      choices: ['auto', '1024x1024', '1536x1024', '1024x1536'],
    },
    { name: 'file', description: 'A picture to work on', type: 'file', required: false },
  ],
  audience: 'all',
  lane: 'turn',
  run: null,
  task: ({ options: { size } }) => ({ kind: 'paint', size: typeof size === 'string' ? size.trim() : null }),
}
