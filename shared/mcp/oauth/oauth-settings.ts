/** How tokens for a server are had. Secrets in it are kept sealed. */
export type OAuthSettings = SignInSettings | ClientCredentialsSettings | CrossAppSettings

/** A person signs in with a browser (OAuth 2.1, authorization code with PKCE). */
export interface SignInSettings {
  grant: 'authorization_code'
  /** Where the browser comes back to. */
  redirectUrl: string
  /** A client that was registered beforehand; without it we register ourselves (RFC 7591). */
  clientId?: string
  clientSecret?: string
  /** https URL of a document that describes us, for servers that take such a URL as client id (SEP-991). */
  clientMetadataUrl?: string
  scope?: string
}

/** We sign in as ourselves, with a secret or a signed assertion (RFC 7523, SEP-1046). */
export interface ClientCredentialsSettings {
  grant: 'client_credentials'
  clientId: string
  clientSecret?: string
  /** PKCS#8 in PEM, instead of a secret. */
  privateKey?: string
  /** JWS algorithm of the key, such as ES256. */
  algorithm?: string
  scope?: string
}

/** An identity provider that both sides trust vouches for a person who is signed in there (SEP-990). */
export interface CrossAppSettings {
  grant: 'cross_app'
  clientId: string
  clientSecret: string
  identityProvider: { tokenEndpoint: string; clientId: string; idToken: string }
  scope?: string
}
