export const codeSample = [
  'You asked for code, so here is some:',
  '',
  '```python',
  'def voyage(days: int) -> str:',
  '    # How far along the ship is.',
  '    if days < 7:',
  '        return "just left"',
  '    return f"{days // 7} weeks at sea"',
  '',
  'print(voyage(23))',
  '```',
].join('\n')

export const tableSample = [
  'You asked for a table, so here is one:',
  '',
  '| Voyage | From | To | Days |',
  '| --- | --- | --- | ---: |',
  '| Beagle | Plymouth | Falmouth | 1,740 |',
  '| Endurance | Plymouth | Weddell Sea | 166 |',
  '| Fram | Oslo | Tromsø | 1,150 |',
  '| Kon-Tiki | Callao | Raroia | 101 |',
].join('\n')

const SENTENCES = [
  'The tide had turned before anyone on the quay noticed that the lamp was out.',
  'Nobody had touched it, or so they all said afterwards, each in the same careful words.',
  'A gull walked along the rail and looked into every window as if it kept the accounts.',
  'By noon the fog had climbed the steps and sat down in the market like a guest.',
  'The baker sold bread by touch, and the clock struck a number that pleased nobody.',
  'Somewhere beyond the breakwater an engine coughed, thought better of it, and went quiet.',
  'The harbour master wrote the time in his book and underlined it twice.',
  'When the wind came back it brought the smell of rain and a hat that belonged to a stranger.',
]
const SECTIONS = 6
const SENTENCES_A_SECTION = 7

/** Some six hundred words under headings, always the same. */
export function longSample(): string {
  const sections = Array.from({ length: SECTIONS }, (_, index) => {
    const sentences = Array.from(
      { length: SENTENCES_A_SECTION },
      (_, place) => SENTENCES[(index * 3 + place) % SENTENCES.length],
    )
    return `### Part ${index + 1}\n\n${sentences.join(' ')}`
  })
  return ['You asked for something long, so here is a story to fill the page.', ...sections].join('\n\n')
}
