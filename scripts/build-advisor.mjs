// Writes the advisor's page as files that any web host can give out: `npm run build:advisor [-- FOLDER]`.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import buildWeb from './build-web.mjs'

await buildWeb()
const { advisorScript, advisorStylesheet, favicon, siteStylesheet, stylesheet } = await import(
  '../src/http/assets/index.ts'
)
const { advisorStandalonePage } = await import('../src/http/pages/advisor-standalone.ts')
const { offeredBy } = await import('../src/offered.ts')
const flowTable = await import('../src/advisor/flow-table.ts')

const into = resolve(process.argv[2] ?? 'dist-advisor')
const index = join(into, 'index.html')
const assets = join(into, 'assets')
const ours = /^(advisor|grantwise|favicon)-[0-9a-f]{12}\.(js|css|svg)$/
if (existsSync(index) && !/ src="\.\/assets\/advisor-[0-9a-f]{12}\.js"/.test(readFileSync(index, 'utf8'))) {
  console.error(`${index} is another page, and would be lost. Name a folder of its own, or remove that page first.`)
  process.exit(2)
}
mkdirSync(assets, { recursive: true })
// What an earlier build left; whatever else a web host gives out from here is none of ours.
for (const file of readdirSync(assets).filter(name => ours.test(name))) rmSync(join(assets, file))
for (const { path, body } of [stylesheet, siteStylesheet, advisorStylesheet, favicon, advisorScript]) {
  writeFileSync(join(assets, basename(path)), body)
}
const everything = flowTable.offeredBy(offeredBy({ allow: ['implicit', 'hybrid', 'password'] }))
writeFileSync(index, advisorStandalonePage(everything))
console.error(`The advisor's page is in ${into}: index.html and assets/.`)
