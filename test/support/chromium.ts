import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

/** Where a Chromium is, and what it needs in its environment. */
interface ChromiumBinary {
  readonly executablePath: string
  readonly env: Readonly<Record<string, string>>
}

/** A real Chromium for tests: the one named by `CHROMIUM_PATH`, the system's, else the one that npm brought, with its libraries. */
export async function launchChromium(): Promise<Browser> {
  const { executablePath, env } = await findChromium()
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    // Neither --single-process nor --disable-web-security, which @sparticuz/chromium suggests: tests rely on CSP, CORS and cookies.
    args: ['--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
  })
}

/** Finds the binary that `launchChromium` starts, unpacking it once if it must. */
async function findChromium(): Promise<ChromiumBinary> {
  const named = process.env['CHROMIUM_PATH']
  if (named) return { executablePath: named, env: {} }
  const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  if (installed) return { executablePath: installed, env: {} }
  return unpackChromium()
}

/** Unpacks beside the package, never in a shared /tmp, and moves it in place whole, so that parallel tests cannot start half a binary. */
async function unpackChromium(): Promise<ChromiumBinary> {
  const manifest = findPackageJSON('@sparticuz/chromium', import.meta.url)
  if (manifest === undefined) throw new Error('no Chromium: set CHROMIUM_PATH, or install the development dependencies')
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  const cache = join(dirname(manifest), '../../.cache')
  const home = join(cache, `chromium-${version}`)
  if (!existsSync(home)) {
    await mkdir(cache, { recursive: true })
    const staging = await mkdtemp(join(cache, 'unpacking-'))
    await unpackInto(staging, manifest)
    await writeFile(join(staging, 'fonts', 'fonts.conf'), fontsConf(home))
    // Another test file may have been faster; its copy is as good.
    await rename(staging, home).catch(() => rm(staging, { recursive: true, force: true }))
  }
  return {
    executablePath: join(home, 'chromium'),
    env: { LD_LIBRARY_PATH: join(home, 'al2023', 'lib'), FONTCONFIG_PATH: join(home, 'fonts') },
  }
}

/** The package unpacks into os.tmpdir(), and its shared libraries only where it believes to be AWS Lambda; a child process lets it. */
async function unpackInto(directory: string, manifest: string): Promise<void> {
  const script = "await (await import('@sparticuz/chromium')).default.executablePath()"
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: dirname(manifest),
    env: { ...process.env, TMPDIR: directory, AWS_LAMBDA_JS_RUNTIME: 'nodejs24.x' },
  })
}

/** The package's own list names Lambda's folders only. */
function fontsConf(home: string): string {
  const folders = [join(home, 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts']
  return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>${folders
    .map(folder => `<dir>${folder}</dir>`)
    .join(
      '',
    )}<alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias><cachedir>${join(home, 'fonts-cache')}</cachedir></fontconfig>`
}
