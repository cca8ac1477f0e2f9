/** The least that can be started: answers on the socket that it is given. */
Bun.serve({ unix: process.argv[2] ?? '', fetch: () => new Response('ok') })
