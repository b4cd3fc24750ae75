import { el } from '../dom.js'
import { icon } from '../icons.js'
import { sizeOf } from './times.js'

const pictures = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
export const isPicture = (type) => pictures.includes(type)

/** The files of a message: pictures as pictures, the rest as links to save. */
export function fileList(files) {
  return el(
    'ul',
    { class: 'files' },
    ...files.map((file) => el('li', {}, isPicture(file.type) ? picture(file) : saved(file))),
  )
}

function picture(file) {
  const image = el('img', { src: file.url, alt: file.name, loading: 'lazy' })
  const link = el(
    'a',
    { href: file.url, target: '_blank', rel: 'noopener noreferrer', class: 'picture' },
    image,
  )
  image.addEventListener('error', () => link.replaceWith(saved(file)), { once: true })
  return link
}

function saved(file) {
  const words = el('span', { text: file.name })
  const size = el('small', { text: sizeOf(file.size) })
  return el('a', { href: file.url, download: file.name, class: 'saved-file' }, icon('file'), words, size)
}
