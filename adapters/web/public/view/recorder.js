import { el } from '../dom.js'
import { icon } from '../icons.js'
import { lengthOf } from './times.js'

/** Minutes; then the recording ends by itself and waits to be sent. */
const longest = 15

/** What the browser can record, the best first. */
const types = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4']

const isPossible = () => Boolean(navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder)

/**
 * Records a voice note: a button that begins, and a bar with the time, Cancel and Send while it runs.
 * @param {{ say: (words: string) => void, send: (file: File, seconds: number) => void, left: () => void }} options
 *   `left`: the bar is gone, and with it the focus
 */
export function createRecorder({ say, send, left }) {
  const button = el(
    'button',
    { type: 'button', class: 'round mic', title: 'Record a voice note', 'aria-label': 'Record a voice note' },
    icon('mic'),
  )
  button.hidden = !isPossible()
  const time = el('span', { role: 'timer', class: 'recorded', text: '0:00' })
  const words = el('span', { class: 'recording-words', role: 'status' })
  const cancelIt = el('button', {
    type: 'button',
    class: 'small',
    text: 'Cancel',
    on: { click: () => end(false) },
  })
  const sendIt = el(
    'button',
    { type: 'button', class: 'primary small', on: { click: () => end(true) } },
    icon('send'),
    'Send voice note',
  )
  const bar = el(
    'div',
    { class: 'recording', role: 'group', 'aria-label': 'Voice note', hidden: true },
    el('span', { class: 'recording-dot', 'aria-hidden': 'true' }),
    time,
    words,
    el('span', { class: 'recording-choices' }, cancelIt, sendIt),
  )
  let running = null
  let asking = false

  async function begin() {
    if (running || asking) return
    asking = true
    say('')
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
      // The conversation was left while the browser asked.
      if (button.isConnected) record(stream)
      else release(stream)
    } catch (error) {
      say(wordsFor(error))
    } finally {
      asking = false
    }
  }

  function record(stream) {
    const type = types.find((one) => MediaRecorder.isTypeSupported(one))
    const recorder = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: 32_000 } : {})
    const now = { recorder, stream, chunks: [], begun: performance.now(), seconds: 0, timer: 0 }
    running = now
    recorder.addEventListener('dataavailable', ({ data }) => data.size > 0 && now.chunks.push(data))
    recorder.addEventListener('error', () => {
      end(false)
      say('The recording broke off. Try again.')
    })
    // The microphone was taken away.
    recorder.addEventListener('stop', () => running === now && full(now, 'The recording has ended.'))
    recorder.start(1_000)
    now.timer = setInterval(() => tick(now), 200)
    button.hidden = true
    bar.hidden = false
    words.textContent = 'Recording…'
    time.textContent = lengthOf(0)
    sendIt.focus()
  }

  function tick(now) {
    if (now.recorder.state !== 'recording') return
    now.seconds = (performance.now() - now.begun) / 1_000
    time.textContent = lengthOf(now.seconds)
    if (now.seconds >= longest * 60) {
      now.recorder.stop()
      full(now, `At most ${longest} minutes: send it, or cancel.`)
    }
  }

  function full(now, why) {
    clearInterval(now.timer)
    release(now.stream)
    words.textContent = why
    bar.classList.add('full')
  }

  async function end(isSent) {
    const now = running
    if (!now) return
    running = null
    clearInterval(now.timer)
    if (now.recorder.state === 'recording') now.seconds = (performance.now() - now.begun) / 1_000
    await stopped(now.recorder)
    release(now.stream)
    bar.hidden = true
    bar.classList.remove('full')
    button.hidden = false
    left()
    if (!isSent) return
    const type = now.recorder.mimeType.split(';')[0] || 'audio/webm'
    const file = new File(now.chunks, `voice-note.${type.split('/')[1]}`, { type })
    if (file.size === 0) say('Nothing was recorded. Is the microphone on?')
    else send(file, Math.round(now.seconds * 10) / 10)
  }

  button.addEventListener('click', begin)
  bar.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    event.stopPropagation()
    void end(false)
  })
  return { button, bar, cancel: () => void end(false) }
}

/** Its last bytes come before its end. */
function stopped(recorder) {
  if (recorder.state === 'inactive') return Promise.resolve()
  return new Promise((resolve) => {
    recorder.addEventListener('stop', resolve, { once: true })
    recorder.stop()
  })
}

function release(stream) {
  for (const track of stream.getTracks()) track.stop()
}

function wordsFor({ name }) {
  if (name === 'NotAllowedError' || name === 'SecurityError')
    return 'The browser does not let this page use the microphone. Allow it in the page’s settings, and try again.'
  if (name === 'NotFoundError') return 'There is no microphone. Connect one, or attach a recording.'
  if (name === 'NotReadableError') return 'Another program is using the microphone. Close it, and try again.'
  return 'Nothing can be recorded here. Attach a recording instead.'
}
