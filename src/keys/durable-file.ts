import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs'

/** Writes a new file for its owner only, which survives a power cut once its directory is synced. @throws EEXIST */
export function writePrivately(path: string, content: string | Uint8Array): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** What was written to a file, or which names a directory has, survives a power cut from here on. */
export function sync(path: string): void {
  // Windows opens no directory.
  if (process.platform === 'win32') return
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
