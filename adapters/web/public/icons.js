/** Line icons on a 20 by 20 grid; each is one path. */
const paths = {
  hash: 'M7.5 3 6 17M14 3l-1.5 14M3.5 7.5h13.5M3 12.5h13.5',
  plus: 'M10 4v12M4 10h12',
  close: 'M5 5l10 10M15 5 5 15',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  send: 'M10 16V4.5M5 9.5l5-5 5 5',
  stop: 'M6 6h8v8H6z',
  attach:
    'M15.5 9.5 10 15a3.7 3.7 0 0 1-5.2-5.2l6-6a2.5 2.5 0 0 1 3.5 3.5l-5.9 6a1.2 1.2 0 0 1-1.8-1.8l5.4-5.4',
  again: 'M15.5 6.5A6.5 6.5 0 1 0 16.5 10M16 3v4h-4',
  up: 'M6.5 9v7.5M6.5 9l3-6c1.2 0 2 .8 2 2v2.5h3.7c.9 0 1.6.8 1.4 1.7l-1 5.6c-.1.9-.8 1.7-1.8 1.7H3.5V9h3',
  down: 'M13.5 11V3.5M13.5 11l-3 6c-1.2 0-2-.8-2-2v-2.5H4.8c-.9 0-1.6-.8-1.4-1.7l1-5.6c.1-.9.8-1.7 1.8-1.7h10.3V11h-3',
  edit: 'M4 16l.8-3.3 8.4-8.4a1.7 1.7 0 0 1 2.5 2.5l-8.4 8.4zM11.8 5.7l2.5 2.5',
  bin: 'M4 5.5h12M8 5.5v-2h4v2M5.5 5.5l.7 11h7.6l.7-11M8.5 8.5v5M11.5 8.5v5',
  copy: 'M7 7V3.5h9.5V13H13M3.5 7H13v9.5H3.5z',
  check: 'M4 10.5l4 4 8-9',
  thread: 'M3.5 4.5h13v9h-8l-3.5 3v-3h-1.5zM7 8h6M7 10.7h3.5',
  pulse: 'M2.5 10h3.5l2-5.5 4 11 2-5.5h3.5',
  sun: 'M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1',
  moon: 'M16 11.8A6.5 6.5 0 1 1 8.2 4a5.2 5.2 0 0 0 7.8 7.8z',
  system: 'M3 4.5h14v9H3zM7.5 16.5h5M10 13.5v3',
  help: 'M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4M8 8a2 2 0 1 1 3 1.8c-.6.4-1 .8-1 1.5M10 13.8v.2',
  leave: 'M8 3.5H4v13h4M12.5 6.5 16 10l-3.5 3.5M16 10H8',
  arrowDown: 'M10 4v11.5M5 10.5l5 5 5-5',
  lock: 'M5 9h10v7.5H5zM7 9V6.5a3 3 0 0 1 6 0V9',
  mic: 'M10 2.5a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0V5A2.5 2.5 0 0 0 10 2.5M5 9.5a5 5 0 0 0 10 0M10 14.5v3M7 17.5h6',
  sound: 'M3.5 7.8v4.4H6l4 3.3v-11l-4 3.3zM12.8 7.5a3.5 3.5 0 0 1 0 5M15 5.2a6.8 6.8 0 0 1 0 9.6',
  file: 'M5 2.5h6l4 4v11H5zM11 2.5v4h4',
  warn: 'M10 3 2.5 16.5h15zM10 8v4M10 14.2v.2',
  parley:
    'M4 6a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v5.5a2 2 0 0 1-2 2H9.5L6 16.5v-3a2 2 0 0 1-2-2zM7.5 7.5h5M7.5 10h3',
}

/** @param {keyof typeof paths} name */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 20 20')
  svg.setAttribute('class', 'icon')
  svg.setAttribute('aria-hidden', 'true')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  path.setAttribute('d', paths[name])
  svg.append(path)
  return svg
}
