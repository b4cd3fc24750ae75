/**
 * Gathers what is to be drawn until the next frame: everything, or single rows, or just what every drawing does.
 * @param {{ all: () => void, rows: (items: Iterable<object>) => void }} draw
 */
export function createDue(draw) {
  let frame = 0
  let everything = false
  const rows = new Map()

  function run() {
    const changed = [...rows.values()]
    const all = everything
    frame = 0
    everything = false
    rows.clear()
    if (all) draw.all()
    else draw.rows(changed)
  }
  const soon = () => {
    frame ||= requestAnimationFrame(run)
  }

  return {
    soon,
    all() {
      everything = true
      soon()
    },
    row(item) {
      rows.set(item.id, item)
      soon()
    },
    cancel: () => cancelAnimationFrame(frame),
  }
}
