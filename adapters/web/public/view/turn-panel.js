import { el } from '../dom.js'
import { icon } from '../icons.js'
import { copyButton } from './copy-button.js'
import { durationOf, timeOf } from './times.js'

const steps = [
  ['Admitted', 'admittedAt'],
  ['Model called', 'modelCalledAt'],
  ['First token', 'firstTokenAt'],
  ['First text shown', 'firstShownAt'],
  ['Last token', 'lastTokenAt'],
  ['Final text shown', 'finalShownAt'],
]

/** What one turn did and when, growing with it. @param {{ traces, close: () => void }} options */
export function createTurnPanel({ traces, close }) {
  const body = el('div', { class: 'turn-body' })
  const away = el(
    'button',
    {
      type: 'button',
      class: 'round',
      'aria-label': 'Close the turn panel',
      title: 'Close',
      on: { click: close },
    },
    icon('close'),
  )
  const element = el(
    'aside',
    { class: 'turn-panel', 'aria-label': 'Turn' },
    el('header', { class: 'pane-head' }, el('h2', { text: 'Turn' }), away),
    el('p', { class: 'turn-words quiet', text: 'What the current answer did, and when.' }),
    body,
  )
  let at = { channel: null, thread: null }

  function draw() {
    const trace = at.channel && traces.of(at.channel, at.thread)
    body.replaceChildren(...(trace ? [summary(trace), timelineOf(trace), facts(trace)] : [nothing()]))
  }
  traces.changed.on((trace) => trace.channel === at.channel && draw())

  return {
    element,
    show(channel, thread) {
      at = { channel, thread }
      draw()
    },
  }
}

const nothing = () =>
  el('p', {
    class: 'quiet',
    text: 'Nothing yet: its steps appear here as soon as you send a message.',
  })

function summary(trace) {
  const outcome = trace.outcome ?? doing(trace)
  const total = trace.finalShownAt === null ? null : durationOf(trace.finalShownAt - trace.admittedAt)
  return el(
    'p',
    { class: `turn-outcome ${trace.outcome ?? 'running'}` },
    el('b', { text: outcome[0].toUpperCase() + outcome.slice(1) }),
    el('span', { text: total ? `in ${total}` : `since ${timeOf(trace.admittedAt)}` }),
  )
}

/** What a turn that runs is busy with, by how far it has come. */
function doing({ modelCalledAt, firstTokenAt, lastTokenAt }) {
  if (modelCalledAt === null) return 'preparing'
  if (firstTokenAt === null) return 'waiting for the model'
  return lastTokenAt === null ? 'writing' : 'finishing'
}

function timelineOf(trace) {
  const last = Math.max(...steps.map(([, key]) => trace[key] ?? 0))
  const span = Math.max(last - trace.admittedAt, 1)
  const waiting = steps.findIndex(([, key]) => trace[key] === null)
  const rows = steps.map(([name, key], i) => {
    const reached = trace[key] !== null
    const after = reached ? trace[key] - trace.admittedAt : null
    const state = reached ? 'reached' : i === waiting && trace.outcome === null ? 'next' : 'open'
    const bar = el('span', { class: 'turn-bar', 'aria-hidden': 'true' })
    bar.style.setProperty('--share', reached ? String(after / span) : '0')
    const value = reached ? (i === 0 ? durationOf(0) : `+${durationOf(after)}`) : '–'
    return el(
      'li',
      { class: state },
      el('span', { text: name }),
      el('span', { class: 'turn-value', text: value }),
      bar,
    )
  })
  return el('ol', { class: 'turn-steps' }, ...rows)
}

function facts(trace) {
  const cached = trace.cachedTokens > 0 ? ` (${trace.cachedTokens} cached)` : ''
  const rows = [
    ['Model', trace.model ?? '–'],
    ['Calls to the chat', callsOf(trace)],
    ['Tokens in', known(trace.inputTokens) + cached],
    ['Tokens out', known(trace.outputTokens)],
    ['Cost', trace.outcome === null ? '–' : costOf(trace.costUsd)],
    trace.outcome === null && ['State', trace.state],
    trace.attempt > 1 && ['Attempt', String(trace.attempt)],
    trace.error && ['Error', trace.error],
  ].filter(Boolean)
  const list = el('dl', { class: 'turn-facts' }, ...rows.map(row))
  if (trace.requestId)
    list.append(
      row([
        'Request',
        trace.requestId,
        copyButton('Copy the request id', () => trace.requestId, { quiet: true }),
      ]),
    )
  return list
}

const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`

const callsOf = ({ sends, edits, limited }) =>
  [
    counted(sends, 'message sent', 'messages sent'),
    counted(edits, 'edit as it grew', 'edits as it grew'),
    limited > 0 && `${limited} turned away for being too many`,
  ]
    .filter(Boolean)
    .join(', ')

/** Usage comes with the model's last event. */
const known = (tokens) => (tokens === 0 ? '–' : String(tokens))

const row = ([name, value, more]) => el('div', {}, el('dt', { text: name }), el('dd', {}, value, more))

const costOf = (dollars) => (dollars === 0 ? '$0' : dollars < 0.0001 ? '< $0.0001' : `$${dollars.toFixed(4)}`)
