/** A time to wait, as people say it. */
export function waitWords(minutes: number): string {
  return minutes === 1 ? '1 minute' : `${minutes} minutes`
}
