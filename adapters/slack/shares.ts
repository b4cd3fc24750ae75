import { fieldsOf, listOf } from './fields.ts'

/**
 * Whether the answer to `files.info` says that the file stands in the channel. Slack shares files some time after it
 * was asked to, so that a no may become a yes.
 */
export function isSharedIn(body: unknown, channel: string): boolean {
  const { shares } = fieldsOf(fieldsOf(body).file)
  const { public: open, private: closed } = fieldsOf(shares)
  return [open, closed].some((each) => listOf(fieldsOf(each)[channel]).length > 0)
}
