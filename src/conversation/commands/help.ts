import type { Command } from './command.ts'

export const help: Command = {
  name: 'help',
  description: 'What Parley can do here',
  options: [],
  audience: 'caller',
  lane: 'now',
  async run(_call, { commands, typed, usage }) {
    const rows = commands
      .filter(({ menuOnly, buttonOnly }) => !menuOnly && !buttonOnly)
      .map((command) => `- \`${usage?.(command) ?? plainly(command, typed)}\`: ${command.description}`)
    return {
      markdown: `Mention me in a channel, or write in a thread I take part in or in a direct message; attach pictures, documents or recordings if you like, or just send a voice note. Have an answer read aloud by its button, or by a 🔊 under it. Edit your question and I answer anew; delete it and the answer goes too.\n\n${rows.join('\n')}`,
      private: true,
    }
  },
}

const plainly = ({ name, options }: Command, typed: (name: string) => string): string =>
  [typed(name), ...options.map((option) => (option.required ? `<${option.name}>` : `[${option.name}]`))].join(
    ' ',
  )
