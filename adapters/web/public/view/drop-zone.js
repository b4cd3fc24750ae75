import { el } from '../dom.js'
import { icon } from '../icons.js'

/** Files that miss the panes: without this the browser would open one in the page's place. */
export function takeStrayDrops(page, take) {
  const withFiles = (event) => event.dataTransfer?.types.includes('Files') && !event.defaultPrevented
  page.addEventListener('dragover', (event) => withFiles(event) && event.preventDefault())
  page.addEventListener('drop', (event) => {
    if (!withFiles(event)) return
    event.preventDefault()
    take([...event.dataTransfer.files])
  })
}

/** Files dropped anywhere on a pane. The veil shows only while files (not words) are dragged over it. */
export function createDropZone(take) {
  const element = el(
    'div',
    { class: 'drop-veil', hidden: true },
    icon('attach'),
    el('span', { text: 'Drop to attach' }),
  )
  const withFiles = (event) => event.dataTransfer?.types.includes('Files')
  let depth = 0
  const show = (change) => {
    depth = Math.max(0, depth + change)
    element.hidden = depth === 0
  }
  return {
    element,
    listenOn(pane) {
      pane.addEventListener('dragenter', (event) => withFiles(event) && show(1))
      pane.addEventListener('dragleave', (event) => withFiles(event) && show(-1))
      pane.addEventListener('dragover', (event) => withFiles(event) && event.preventDefault())
      pane.addEventListener('drop', (event) => {
        if (!withFiles(event)) return
        event.preventDefault()
        depth = 0
        element.hidden = true
        take([...event.dataTransfer.files])
      })
    },
  }
}
