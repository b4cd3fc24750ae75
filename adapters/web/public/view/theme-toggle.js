import { el } from '../dom.js'
import { icon } from '../icons.js'
import { keep, recall } from '../state/kept.js'

const themes = ['system', 'light', 'dark']
const images = { system: 'system', light: 'sun', dark: 'moon' }

/** Goes round system, light and dark, and remembers. */
export function createThemeToggle() {
  const button = el('button', { type: 'button', class: 'round' })
  const draw = (theme) => {
    if (theme === 'system') delete document.documentElement.dataset.theme
    else document.documentElement.dataset.theme = theme
    button.replaceChildren(icon(images[theme]))
    button.title = `Theme: ${theme}`
    button.setAttribute('aria-label', `Theme: ${theme}. Change it`)
  }
  let theme = recall('theme', 'system')
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length]
    keep('theme', theme === 'system' ? null : theme)
    draw(theme)
  })
  draw(theme)
  return button
}
