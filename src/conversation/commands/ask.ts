import type { Command } from './command.ts'

export const ask: Command = {
  name: 'ask',
  description: 'Ask something and get the answer here',
  options: [
    { name: 'prompt', description: 'What you want to know', type: 'text', required: true },
    {
      name: 'file',
      description: 'A picture, document or recording that belongs to it',
      type: 'file',
      required: false,
    },
    { name: 'private', description: 'Only you see the answer', type: 'flag', required: false },
  ],
  audience: 'asked',
  menu: 'Ask about this',
  form: true,
  fill: async () => ({
    title: 'Ask about this message',
    fields: [
      {
        name: 'prompt',
        label: 'What you want to know',
        lines: 'many',
        value: '',
        longest: 4000,
        required: true,
      },
    ],
  }),
  // From the menu without its form, which could not be made in time.
  asksBare:
    'Answer the message quoted above if it asks something; otherwise say briefly what it means and what matters about it. Use the language it is written in.',
  lane: 'turn',
  run: null,
}
