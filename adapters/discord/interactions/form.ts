import {
  type APIInteractionResponse,
  type APIModalSubmission,
  ComponentType,
  InteractionResponseType,
  TextInputStyle,
} from 'discord-api-types/v10'
import type { Form, FormField } from '../../../src/ports/command.ts'
import { digestOf, type FormId, writeFormId } from './form-id.ts'
import { Malformed } from './malformed.ts'

/** Discord's limits. */
const titleLimit = 45
const labelLimit = 45
const valueLimit = 4000
const fieldLimit = 5

/** A form as Discord shows it. */
export function modalOf(form: Form, command: string, target: string | null): APIInteractionResponse {
  const fields = form.fields.slice(0, fieldLimit)
  // A field that has to be filled in says something in any case.
  const shown = fields.map((field) => digestOf(field.required ? '' : plain(shownIn(field))))
  return {
    type: InteractionResponseType.Modal,
    data: {
      custom_id: writeFormId({ command, target, shown }),
      title: form.title.slice(0, titleLimit).toWellFormed(),
      components: fields.map((field) => ({
        type: ComponentType.Label as const,
        label: field.label.slice(0, labelLimit).toWellFormed(),
        component: inputOf(field),
      })),
    },
  }
}

function inputOf(field: FormField) {
  const value = shownIn(field)
  return {
    type: ComponentType.TextInput as const,
    custom_id: field.name,
    style: field.lines === 'many' ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: field.required,
    max_length: longestIn(field),
    ...(value !== '' && { value }),
  }
}

const longestIn = ({ longest }: FormField): number => Math.min(Math.max(longest, 1), valueLimit)

const shownIn = (field: FormField): string => field.value.slice(0, longestIn(field)).toWellFormed()

/** Clients change the ends of lines, and those of the text. */
const plain = (value: string): string => value.replaceAll('\r\n', '\n').trim()

/**
 * What was written into the fields, by the option each fills. A field that is as it was shown says nothing: what it
 * holds may have been changed by others since.
 */
export function fieldsOf(
  { components }: APIModalSubmission,
  { shown }: FormId,
): readonly { readonly name: string; readonly value: string }[] {
  if (!Array.isArray(components)) throw new Malformed('A form without fields')
  return components
    .flatMap((component) => {
      if (component?.type === ComponentType.ActionRow) return component.components ?? []
      return component?.type === ComponentType.Label ? [component.component] : []
    })
    .flatMap((input, index) => {
      if (input?.type !== ComponentType.TextInput) return []
      if (typeof input.value !== 'string') throw new Malformed('A form with a field that holds no text')
      const value = plain(input.value)
      return digestOf(value) === shown[index] ? [] : [{ name: input.custom_id, value }]
    })
}
