import {createFrames, type Place, type Size} from './frame.ts'
import {createPace} from './pace.ts'

/** What of standard output the screen needs. */
export type ScreenOutput = {
  columns?: number
  rows?: number
  writableNeedDrain?: boolean
  write: (text: string) => unknown
  on: (event: 'resize' | 'drain', listener: () => void) => unknown
  off: (event: 'resize' | 'drain', listener: () => void) => unknown
}

/** @returns the lines that change and where the cursor is among them; asked once for each frame */
export type Draw = (size: Size) => {live: readonly string[]; cursor: Place | undefined}

export type Screen = {
  readonly size: Size
  /** Finished lines, written once and never touched again. */
  print: (lines: readonly string[]) => void
  /** Something that `draw` shows has changed. */
  refresh: () => void
  /** Paints now, whatever the time. */
  flush: () => void
  /** Takes the live lines away and paints nothing until `resume`. */
  pause: () => void
  resume: () => void
  /** The same as `pause`, for good. */
  close: () => void
}

/** Paints what changes at the end of the normal screen, and leaves what is finished to the terminal. */
export function createScreen(output: ScreenOutput, draw: Draw): Screen {
  const painter = createPainter(output, draw)
  const {paint, refresh} = painter
  const onResize = () => painter.resized()
  output.on('resize', onResize)
  output.on('drain', refresh)
  return {
    get size() {
      return sizeOf(output)
    },
    print(lines) {
      for (const line of lines) painter.finished.push(line)
      refresh()
    },
    refresh,
    flush: paint,
    pause: painter.pause,
    resume: painter.resume,
    close() {
      painter.pause()
      output.off('resize', onResize)
      output.off('drain', refresh)
    },
  }
}

function createPainter(output: ScreenOutput, draw: Draw) {
  const frames = createFrames()
  const finished: string[] = []
  let isPaused = false
  const paint = () => {
    pace.painted()
    if (isPaused) return
    const size = sizeOf(output)
    const bytes = frames.paint({finished: finished.splice(0), ...draw(size)}, size)
    if (bytes !== '') output.write(bytes)
  }
  const pace = createPace(paint)
  return {
    finished,
    paint,
    refresh() {
      // A terminal that does not keep up gets the newest picture when it has.
      if (!isPaused && !output.writableNeedDrain) pace.soon()
    },
    resized() {
      if (!isPaused) pace.atRest()
    },
    pause() {
      if (isPaused) return
      paint()
      isPaused = true
      output.write(frames.erase(sizeOf(output)))
    },
    resume() {
      isPaused = false
      paint()
    },
  }
}

function sizeOf({columns, rows}: ScreenOutput): Size {
  return {columns: Math.max(2, columns || 80), rows: Math.max(2, rows || 24)}
}
