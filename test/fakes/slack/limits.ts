/** So many calls in any window of this length. */
export interface Allowance {
  readonly limit: number
  readonly windowMs: number
}

const aMinute = (limit: number): Allowance => ({ limit, windowMs: 60_000 })

/** What the fake enforces; the defaults are what Slack documents, at the low end of "20+ a minute"; guesses say so. */
export interface FakeLimits {
  /** A method's own allowance, a workspace; what isn't named goes by its tier. */
  readonly methods: Readonly<Record<string, Allowance>>
  readonly tier1: Allowance
  readonly tier2: Allowance
  readonly tier3: Allowance
  readonly tier4: Allowance
  /** chat.postMessage and chat.postEphemeral, a channel. */
  readonly posts: Allowance
  /** chat.postMessage, a workspace: "several hundred a minute". */
  readonly postsOfTeam: Allowance
  /** chat.update: characters of `text`. */
  readonly updateText: number
  /** chat.postMessage: characters of `text`; Slack cuts beyond it. */
  readonly postText: number
  /** `markdown_text`, and one markdown block: characters. */
  readonly markdown: number
  /** All blocks of a message together: characters. */
  readonly blocksTogether: number
  /** All markdown of a stream: UTF-8 bytes. */
  readonly streamBytes: number
  /** How long a stream lives. */
  readonly streamMs: number
  /** How long a status stays where no message comes. */
  readonly statusMs: number
  /** How long a trigger id lives. */
  readonly triggerMs: number
  readonly responseUses: number
  readonly responseMs: number
  readonly connections: number
  readonly fileBytes: number
  readonly requestBytes: number
}

export const DEFAULT_LIMITS: FakeLimits = {
  methods: {
    'chat.startStream': aMinute(20),
    'chat.stopStream': aMinute(20),
    'chat.appendStream': aMinute(100),
    'chat.update': aMinute(50),
    // "Hundreds of requests a minute".
    'auth.test': aMinute(200),
    // A guess: Slack documents only that its limits are "special".
    'assistant.threads.setStatus': aMinute(600),
    // A guess: every reconnect needs one, so that tests of reconnecting would meet a lower limit at once.
    'apps.connections.open': aMinute(60),
  },
  tier1: aMinute(1),
  tier2: aMinute(20),
  tier3: aMinute(50),
  tier4: aMinute(100),
  posts: { limit: 1, windowMs: 1_000 },
  postsOfTeam: aMinute(600),
  updateText: 4_000,
  postText: 40_000,
  markdown: 12_000,
  blocksTogether: 13_200,
  streamBytes: 10_600,
  streamMs: 5 * 60_000,
  statusMs: 2 * 60_000,
  triggerMs: 3_000,
  responseUses: 5,
  responseMs: 30 * 60_000,
  connections: 10,
  fileBytes: 1024 ** 3,
  requestBytes: 25 * 1024 * 1024,
}

/** Gives the milliseconds to wait, or 0 when the call is within the window and now counted. Refused calls don't count. */
export function createWindows(now: () => number) {
  const calls = new Map<string, number[]>()
  return {
    count(key: string, { limit, windowMs }: Allowance): number {
      const at = now()
      const times = calls.get(key) ?? []
      calls.set(key, times)
      while (times.length > 0 && times[0]! <= at - windowMs) times.shift()
      if (times.length < limit) {
        times.push(at)
        return 0
      }
      return Math.max(1, times[times.length - limit]! + windowMs - at)
    },
    clear() {
      calls.clear()
    },
  }
}
