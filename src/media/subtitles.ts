import type { Line } from './transcript-lines.ts'

/** SubRip. */
export const asSrt = (lines: readonly Line[]): string =>
  lines.map((line, i) => `${i + 1}\n${span(line, ',')}\n${oneBlock(line.text)}\n`).join('\n')

/** WebVTT. Its text is markup: `<` and `&` are written as character references. */
export const asVtt = (lines: readonly Line[]): string =>
  `WEBVTT\n\n${lines.map((line) => `${span(line, '.')}\n${escaped(oneBlock(line.text))}\n`).join('\n')}`

const span = ({ from, to }: Line, point: string): string => `${moment(from, point)} --> ${moment(to, point)}`

/** `01:02:03,456` */
function moment(seconds: number, point: string): string {
  const ms = Math.round(seconds * 1_000)
  const two = (count: number): string => String(Math.floor(count) % 60).padStart(2, '0')
  const hours = String(Math.floor(ms / 3_600_000)).padStart(2, '0')
  return `${hours}:${two(ms / 60_000)}:${two(ms / 1_000)}${point}${String(ms % 1_000).padStart(3, '0')}`
}

/** An empty line ends a block, and an arrow begins a line of times. */
const oneBlock = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, '\n')
    .replaceAll('-->', '->')
    .trim()

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
