/** What drawing may take before the page answers to its reader again, in milliseconds. */
const perFrame = 50

/** @type {Set<() => boolean>} */
const waiting = new Set()
let end = 0
let asked = false

function ask() {
  if (!asked) requestAnimationFrame(nextFrame)
  asked = true
}

function nextFrame() {
  asked = false
  end = waiting.size > 0 ? performance.now() + perFrame : 0
  if (waiting.size > 0) ask()
  for (const job of waiting) if (!advance(job)) return
}

/** Whether the job is done with this frame's time. */
function advance(job) {
  waiting.add(job)
  while (performance.now() < end) {
    if (job()) continue
    waiting.delete(job)
    return true
  }
  return false
}

/**
 * Runs a job step by step: at once as far as this frame's time goes, the rest in the frames that follow.
 * @param {() => boolean} job does one step and says whether there is another; it does not throw
 */
export function inFrames(job) {
  if (end === 0) end = performance.now() + perFrame
  ask()
  advance(job)
}
