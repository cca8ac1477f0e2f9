/** An app as its register shows it. */
export interface RegisteredApp {
  appId: string
  /** Its credentials are refused for now. */
  isDisabled: boolean
}

/** The register of apps. */
export interface AppDirectory {
  /**
   * The app of this id; undefined when there is none, or none any more.
   * @throws AppLookUpError when the register does not answer in time
   */
  find(appId: string): Promise<RegisteredApp | undefined>
}
