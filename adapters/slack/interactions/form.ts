import type { Form, FormField } from '../../../src/ports/command.ts'
import { digestOf, type FormNote, writeFormNote } from './form-note.ts'
import type { ViewSubmission } from './payload.ts'

/** Slack's limits: characters, and blocks. */
const titleLimit = 24
const headerLimit = 150
const labelLimit = 2000
const valueLimit = 3000
const fieldLimit = 99

export const formId = 'parley.form'

const words = (text: string, most: number) => ({
  type: 'plain_text' as const,
  text: text.slice(0, most).toWellFormed(),
})

/** A form as Slack shows it. */
export function modalOf(form: Form, note: Omit<FormNote, 'shown'>) {
  const fields = form.fields.slice(0, fieldLimit)
  // A field that has to be filled in says something in any case.
  const shown = Object.fromEntries(
    fields.map((field) => [field.name, digestOf(field.required ? '' : tidy(shownIn(field)))]),
  )
  const isShort = form.title.length <= titleLimit
  return {
    type: 'modal' as const,
    callback_id: formId,
    private_metadata: writeFormNote({ ...note, shown }),
    title: words(isShort ? form.title : 'Parley', titleLimit),
    submit: words('Send', titleLimit),
    close: words('Cancel', titleLimit),
    blocks: [
      ...(isShort ? [] : [{ type: 'header' as const, text: words(form.title, headerLimit) }]),
      ...fields.map(inputOf),
    ],
  }
}

function inputOf(field: FormField) {
  const value = shownIn(field)
  return {
    type: 'input' as const,
    block_id: field.name,
    optional: !field.required,
    label: words(field.label, labelLimit),
    element: {
      type: 'plain_text_input' as const,
      // Slack wants each of them once in a view.
      action_id: field.name,
      multiline: field.lines === 'many',
      max_length: longestIn(field),
      ...(value !== '' && { initial_value: value }),
    },
  }
}

const longestIn = ({ longest }: FormField): number => Math.min(Math.max(longest, 1), valueLimit)

/** Cut, it would come back without its end. What is optional says nothing unless somebody touches it. */
export const isTooLong = (field: FormField): boolean =>
  field.required && field.value.length > longestIn(field)

const shownIn = (field: FormField): string => field.value.slice(0, longestIn(field)).toWellFormed()

/** Clients change the ends of lines, and those of the text. */
const tidy = (value: string): string => value.replaceAll('\r\n', '\n').trim()

/**
 * What was written into the fields, by the option each fills. A field that is as it was shown says nothing: what it
 * holds may have been changed by others since.
 */
export const filledIn = (
  { view }: ViewSubmission,
  { shown }: FormNote,
): readonly { readonly name: string; readonly value: string }[] =>
  Object.entries(shown).flatMap(([name, digest]) => {
    const value = tidy(view.state.values[name]?.[name]?.value ?? '')
    return digestOf(value) === digest ? [] : [{ name, value }]
  })
