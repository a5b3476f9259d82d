import { describe, expect, it } from 'vitest'
import { LiveScreen } from './live-screen.ts'

class Recorder {
  columns = 40
  rows = 10
  written = ''

  write(text: string): void {
    this.written += text.replaceAll('\u001B[', '^')
  }

  take(): string {
    const text = this.written
    this.written = ''
    return text
  }
}

describe('LiveScreen', () => {
  it('draw(lines) hides the cursor, then draws over its last lines', () => {
    const terminal = new Recorder()
    const screen = new LiveScreen(terminal)
    screen.draw(['one', 'two'])
    expect(terminal.take()).toBe('^?25lone^K\ntwo^K\n^J')
    screen.draw(['three'])
    expect(terminal.take()).toBe('^2A\rthree^K\n^J')
    screen.draw(['four'])
    expect(terminal.take()).toBe('^1A\rfour^K\n^J')
  })

  it('draw(lines) never fills the last column or the last row', () => {
    const terminal = new Recorder()
    new LiveScreen(terminal).draw(Array.from({ length: 20 }, () => 'x'.repeat(60)))
    const lines = terminal.take().replace('^?25l', '').split('\n')
    expect(lines).toHaveLength(10)
    expect(lines[0]).toBe(`${'x'.repeat(39)}^K`)
  })

  it('draw(lines) takes a terminal of 0 columns and rows for one that does not say how large it is', () => {
    const terminal = Object.assign(new Recorder(), { columns: 0, rows: 0 })
    new LiveScreen(terminal).draw(Array.from({ length: 30 }, () => 'x'.repeat(100)))
    const lines = terminal.take().replace('^?25l', '').split('\n')
    expect(lines).toHaveLength(24)
    expect(lines[0]).toBe(`${'x'.repeat(79)}^K`)
  })

  it('draw(lines) clears the page when the width has changed', () => {
    const terminal = new Recorder()
    const screen = new LiveScreen(terminal)
    screen.draw(['one'])
    terminal.columns = 50
    terminal.take()
    screen.draw(['two'])
    expect(terminal.take()).toBe('^2J^Htwo^K\n^J')
  })

  it('close() gives the cursor back, once, if it was taken', () => {
    const terminal = new Recorder()
    const screen = new LiveScreen(terminal)
    screen.close()
    expect(terminal.take()).toBe('')
    screen.draw(['one'])
    terminal.take()
    screen.close()
    screen.close()
    expect(terminal.take()).toBe('^?25h')
  })
})
