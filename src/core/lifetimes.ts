/** How long refresh tokens live where a client's registration does not say: unused, and in all; in seconds. */
export const defaultLifetimes = { refresh_idle_ttl: 1_209_600, refresh_max_ttl: 7_776_000 } as const
