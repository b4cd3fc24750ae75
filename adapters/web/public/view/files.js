import { el } from '../dom.js'
import { icon } from '../icons.js'
import { lengthOf, sizeOf } from './times.js'

const pictures = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']
export const isPicture = (type) => pictures.includes(type)
/** Others may play them or not: where they can't, the file can be saved. */
const isSound = (type) => /^audio\/(mpeg|ogg|webm|mp4|aac|flac|(x-)?wav)$/.test(type)

/** The files of a message: pictures as pictures, sounds with a player, the rest as links to save. */
export function fileList(files) {
  return el('ul', { class: 'files' }, ...files.map((file) => el('li', {}, shown(file))))
}

function shown(file) {
  if (isPicture(file.type)) return picture(file)
  return isSound(file.type) ? player(file) : saved(file)
}

/** Pixels a side: enough to see whether there is anything. */
const glance = 16

/** A picture that is cut off loads as if it were whole, and shows nothing. */
export function whenBroken(image, then) {
  image.addEventListener('error', then, { once: true })
  image.addEventListener('load', () => isEmpty(image) && then(), { once: true })
}

function isEmpty(image) {
  const canvas = el('canvas', { width: String(glance), height: String(glance) })
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  if (!pen) return false
  pen.drawImage(image, 0, 0, glance, glance)
  const { data } = pen.getImageData(0, 0, glance, glance)
  return data.every((value, at) => at % 4 !== 3 || value === 0)
}

function picture(file) {
  const image = el('img', { src: file.url, alt: file.description || file.name, loading: 'lazy' })
  const link = el(
    'a',
    { href: file.url, target: '_blank', rel: 'noopener noreferrer', class: 'picture' },
    image,
  )
  whenBroken(image, () => link.replaceWith(saved(file)))
  return link
}

function player(file) {
  const name = file.voice ? 'Voice note' : file.name
  const audio = el('audio', {
    controls: true,
    preload: 'metadata',
    src: file.url,
    'aria-label': file.description || name,
  })
  const length = file.seconds === undefined ? '' : lengthOf(file.seconds)
  const save = el('a', {
    href: file.url,
    download: file.name,
    text: 'Save',
    'aria-label': `Save ${file.name}`,
  })
  const words = el('span', { text: name })
  const element = el(
    'div',
    { class: 'player' },
    el('p', {}, icon(file.voice ? 'mic' : 'sound'), words, el('small', { text: length }), save),
    audio,
  )
  if (file.voice) audio.addEventListener('loadedmetadata', () => findEnd(audio), { once: true })
  audio.addEventListener('error', () => element.replaceWith(saved(file)), { once: true })
  return element
}

/** What a browser recorded doesn't tell its length: the player knows it once it has looked for the end. */
function findEnd(audio) {
  if (audio.duration !== Number.POSITIVE_INFINITY) return
  const back = () => {
    if (!Number.isFinite(audio.duration)) return
    audio.removeEventListener('durationchange', back)
    audio.currentTime = 0
  }
  audio.addEventListener('durationchange', back)
  audio.currentTime = Number.MAX_SAFE_INTEGER
}

function saved(file) {
  const words = el('span', { text: file.name })
  const size = el('small', { text: sizeOf(file.size) })
  return el('a', { href: file.url, download: file.name, class: 'saved-file' }, icon('file'), words, size)
}
