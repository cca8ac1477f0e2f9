/** Entries of an archive, looked at or not. */
export const ARCHIVE_ENTRIES_MAX = 20_000
/** Bytes of the expanded entries that are read, all together. */
export const EXPANDED_BYTES_MAX = 300_000_000
/** Expanded bytes for each byte of the archive's: documents have 5 to 50, tables of repeated values up to 150, bombs 1,000. */
export const EXPANSION_RATIO_MAX = 200
/** Below so many expanded bytes the ratio says nothing. */
export const EXPANSION_RATIO_FROM_BYTES = 10_000_000
