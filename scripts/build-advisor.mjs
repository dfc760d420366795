// Writes the advisor's page as files that any web host can give out: `npm run build:advisor [-- FOLDER]`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import buildWeb from './build-web.mjs'

await buildWeb()
const { advisorScript, advisorStylesheet, favicon, stylesheet } = await import('../src/http/assets/index.ts')
const { advisorStandalonePage } = await import('../src/http/pages/advisor-standalone.ts')
const { offeredBy } = await import('../src/offered.ts')
const flowTable = await import('../src/advisor/flow-table.ts')

const into = resolve(process.argv[2] ?? 'dist-advisor')
const assets = join(into, 'assets')
rmSync(assets, { recursive: true, force: true })
mkdirSync(assets, { recursive: true })
for (const { path, body } of [stylesheet, advisorStylesheet, favicon, advisorScript]) {
  writeFileSync(join(assets, basename(path)), body)
}
const everything = flowTable.offeredBy(offeredBy({ allow: ['implicit', 'hybrid', 'password'] }))
writeFileSync(join(into, 'index.html'), advisorStandalonePage(everything))
console.error(`The advisor's page is in ${into}: index.html and assets/.`)
