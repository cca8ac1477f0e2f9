/** The real worker, with one thing more: SIGUSR2 lets it spin for ever. */
process.on('SIGUSR2', () => {
  for (;;);
})
await import('../../services/main.ts')
