import { createApp } from './app.js'
import { el } from './dom.js'
import { wire } from './state/wire.js'
import { signIn } from './view/sign-in.js'

const page = document.querySelector('#app')

async function begin() {
  try {
    let config = await wire.config()
    if (config.needsKey && !config.signedIn) {
      await signIn(page, config)
      config = await wire.config()
    }
    await createApp(page, config)
  } catch (error) {
    const again = el('button', { type: 'button', class: 'primary', text: 'Try again', on: { click: begin } })
    const words = el('p', { role: 'alert', text: error.message })
    page.replaceChildren(
      el('main', { class: 'plain-page' }, el('h1', { text: 'Parley could not start here' }), words, again),
    )
    console.error(error)
  }
}

void begin()
