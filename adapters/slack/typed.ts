/** How people type a command: `/ask`, and all others behind `/parley`. */
export const typed = (command: string): string => (command === 'ask' ? '/ask' : `/parley ${command}`)
