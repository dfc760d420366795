import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Reporter, TestModule } from 'vitest/node'
import { rowsNamed, summary } from '../guides/rows.ts'

const folder = join(import.meta.dirname, '../guides')

/** Says after a whole run how much of the two guides is true: `Guides: N of N rows hold`. */
export default class Guides implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const ran = new Set(modules.map(it => it.moduleId))
    const guides = readdirSync(folder).filter(it => it.endsWith('.test.ts'))
    if (!guides.every(it => ran.has(join(folder, it)))) return
    const held = new Map<string, boolean>()
    for (const test of modules.flatMap(it => [...it.children.allTests()])) {
      const { state } = test.result()
      if (state !== 'passed' && state !== 'failed') continue
      for (const id of rowsNamed(test.name)) held.set(id, (held.get(id) ?? true) && state === 'passed')
    }
    // As the tally does, which comes last.
    process.once('exit', () => console.log(summary(held)))
  }
}
