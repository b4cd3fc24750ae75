/** What one check found, as one line for a person; `fail` says how to mend it. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'fail'
  readonly subject: string
  readonly words: string
}

export type Check = () => Promise<readonly Finding[]>

export const ok = (subject: string, words: string): Finding => ({ state: 'ok', subject, words })
export const note = (subject: string, words: string): Finding => ({ state: 'note', subject, words })
export const fail = (subject: string, words: string): Finding => ({ state: 'fail', subject, words })

const labels = { ok: 'ok  ', note: 'note', fail: 'FAIL' }

export function lineOf({ state, subject, words }: Finding): string {
  return `${labels[state]}  ${subject.padEnd(10)} ${words.replace(/\s*\n\s*/g, ' ')}`
}

/** Runs the checks one after the other and hands each finding on at once. True when nothing is broken. */
export async function checkUp(checks: readonly Check[], say: (finding: Finding) => void): Promise<boolean> {
  let sound = true
  for (const check of checks)
    for (const finding of await check()) {
      say(finding)
      if (finding.state === 'fail') sound = false
    }
  return sound
}
