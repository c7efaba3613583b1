/** When the next frame is painted. */
export type Pace = {
  /** Something has changed: at once when the last frame is old enough. */
  soon: () => void
  /** The window is changing its size. */
  atRest: () => void
  /** A frame is being painted. */
  painted: () => void
}

/** Thirty frames a second. */
const FRAME_MS = 33
/** A window that is being dragged is painted when it rests, at the latest after the second of these. */
const REST_MS = 60
const REST_MOST_MS = 400

export function createPace(paint: () => void): Pace {
  let timer: NodeJS.Timeout | undefined
  let resizingSince: number | undefined
  let lastMs = -FRAME_MS
  const schedule = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(paint, Math.max(0, ms))
  }
  return {
    soon() {
      if (timer === undefined) schedule(FRAME_MS - (performance.now() - lastMs))
    },
    atRest() {
      resizingSince ??= performance.now()
      schedule(Math.min(REST_MS, REST_MOST_MS - (performance.now() - resizingSince)))
    },
    painted() {
      clearTimeout(timer)
      timer = undefined
      resizingSince = undefined
      lastMs = performance.now()
    },
  }
}
