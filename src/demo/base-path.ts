/** Where the demo API is below the issuer, and with it what its tokens are for. */
export const basePath = '/demo/api'
