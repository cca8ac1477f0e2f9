const STORAGE_NAME = 'orrery-key'

/** The key lives as long as the tab; nothing is ever written to the disk or into an address. */
export const readKey = () => sessionStorage.getItem(STORAGE_NAME) ?? ''
export const storeKey = (key) => sessionStorage.setItem(STORAGE_NAME, key)
export const forgetKey = () => sessionStorage.removeItem(STORAGE_NAME)
