/** Where apps are listed. */
export const clientsPath = '/clients'

/** The page of one app. */
export function clientPath(client_id: string): string {
  return `${clientsPath}/${encodeURIComponent(client_id)}`
}

/** Where it comes to follow another advice. */
export function changePath(client_id: string): string {
  return `${clientPath(client_id)}/advice`
}
