const STORAGE_NAME = 'orrery-invitation'

/** An invitation of somebody who signs in first: kept by this tab alone until it is accepted. */
export const keepInvitation = (token) => sessionStorage.setItem(STORAGE_NAME, token)
export const keptInvitation = () => sessionStorage.getItem(STORAGE_NAME) ?? ''
export const forgetInvitation = () => sessionStorage.removeItem(STORAGE_NAME)
