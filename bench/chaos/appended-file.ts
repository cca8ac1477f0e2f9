/** In the data directory: the id of each POST, in the order in which workers took them. */
export const APPENDED_FILE = 'appended.txt'
