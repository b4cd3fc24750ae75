import { talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'

/** A first answer is given, and two messages that waited for it are being answered together by `second`. */
export async function twoTogether() {
  const house = await openHouse()
  const pia = talk(house)
  const { thread } = await pia.say('First?')
  const first = await house.model.next()
  const two = await pia.say('Two?', thread)
  const three = await pia.say('Three?', thread)
  first.say('1')
  first.end()
  return { house, pia, thread, two: two.message, three: three.message, second: await house.model.next() }
}
