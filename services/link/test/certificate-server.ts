import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { TEST_CERTIFICATE, TEST_CERTIFICATE_KEY } from '#shared/outbound/fixtures/test-certificate.ts'
import { CLIENT_AUTHORITY } from './client-certificates.ts'

export interface ArrivedByTls {
  /** Path and query. */
  target: string
  /** Common name of the client's certificate; undefined when it showed none. */
  client: string | undefined
}

/**
 * A server of `model.test` that speaks HTTP/1.1 over TLS, asks clients for a certificate, and keeps who came. Handshakes without one fail when it `demands` it.
 * @param options.redirectTo where it sends requests for `/away` on to
 */
export const startCertificateServer = async (options: { demands: boolean; redirectTo?: () => string }) => {
  const arrived: ArrivedByTls[] = []
  const sockets = new Set<TLSSocket>()
  const server = createServer(
    {
      cert: TEST_CERTIFICATE,
      key: TEST_CERTIFICATE_KEY,
      ca: CLIENT_AUTHORITY,
      requestCert: true,
      rejectUnauthorized: options.demands,
    },
    (socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      socket.on('data', (head: Buffer) => {
        const [, target = ''] = head.toString('latin1').split(' ')
        const certificate = socket.getPeerCertificate() as { subject?: { CN?: string } } | null
        arrived.push({ target, client: certificate?.subject?.CN })
        const goesOn = target.startsWith('/away') && options.redirectTo
        const status = goesOn ? `307 Moved\r\nlocation: ${options.redirectTo?.()}` : '200 OK'
        socket.write(`HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`)
      })
    },
  )
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `https://model.test:${port}`,
    arrived,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
