import {
  type APIInteractionResponse,
  type APIModalSubmission,
  ComponentType,
  InteractionResponseType,
  TextInputStyle,
} from 'discord-api-types/v10'
import type { Form, FormField } from '../../../src/ports/command.ts'
import { type FormId, writeFormId } from './form-id.ts'

/** Discord's limits. */
const titleLimit = 45
const labelLimit = 45
const valueLimit = 4000
const fieldLimit = 5

/** A form as Discord shows it. */
export function modalOf(form: Form, command: string, target: string | null): APIInteractionResponse {
  const fields = form.fields.slice(0, fieldLimit)
  const filled = fields.map(({ value }) => value !== '')
  return {
    type: InteractionResponseType.Modal,
    data: {
      custom_id: writeFormId({ command, target, filled }),
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
  const longest = Math.min(Math.max(field.longest, 1), valueLimit)
  const value = field.value.slice(0, longest).toWellFormed()
  return {
    type: ComponentType.TextInput as const,
    custom_id: field.name,
    style: field.lines === 'many' ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: field.required,
    max_length: longest,
    ...(value !== '' && { value }),
  }
}

/** What was written into the fields, by the option each fills. A field that was empty and still is says nothing. */
export function fieldsOf(
  { components }: APIModalSubmission,
  { filled }: FormId,
): readonly { readonly name: string; readonly value: string }[] {
  return components
    .flatMap((component) => {
      if (component.type === ComponentType.ActionRow) return component.components
      return component.type === ComponentType.Label ? [component.component] : []
    })
    .flatMap((input, index) => {
      if (input.type !== ComponentType.TextInput) return []
      const value = input.value.trim()
      return value === '' && !filled[index] ? [] : [{ name: input.custom_id, value }]
    })
}
