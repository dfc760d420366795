// Builds the scripts that pages go on with in the browser, beside the stylesheets: `src/http/assets/<name>.js`.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const into = join(root, 'src/http/assets')
const names = ['advisor', 'redirect-uris']

/** Builds each, or nothing where all are newer than what they are made of. */
export default async function buildWeb() {
  const built = Math.min(...names.map(name => modified(join(into, `${name}.js`))))
  if (built > Math.max(...['web', 'src', 'package-lock.json', 'scripts/build-web.mjs'].map(newest))) return
  for (const name of names) {
    const bundle = await rolldown({ input: join(root, 'web', `${name}.ts`), platform: 'browser' })
    await bundle.write({ file: join(into, `${name}.js`), minify: true, comments: { legal: false } })
    await bundle.close()
  }
}

/** When the youngest source in a folder was written, in ms. */
function newest(path) {
  const whole = join(root, path)
  if (!statSync(whole, { throwIfNoEntry: false })?.isDirectory()) return modified(whole)
  const files = readdirSync(whole, { recursive: true }).filter(file => /\.(ts|mjs)$/.test(file))
  return Math.max(...files.map(file => modified(join(whole, file))))
}

function modified(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildWeb()
