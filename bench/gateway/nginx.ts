import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { waitFor } from '../../shared/testing/wait-for.ts'
import { childrenOf } from './process-figures.ts'

const forwarding = `
      proxy_pass http://worker;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
      proxy_set_header Authorization "";
      proxy_set_header X-Orrery-Service agent;
      proxy_set_header X-Orrery-Caller root;
      proxy_set_header X-Request-Id $request_id;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto http;
      proxy_set_header X-Forwarded-Host $host;
      add_header X-Request-Id $request_id;
      add_header X-Content-Type-Options nosniff;
      add_header Referrer-Policy no-referrer;
    `

/** The same work as the gateway's, as far as nginx can do it without scripts; it checks no credentials and chooses among one worker. */
const configuration = (facts: { directory: string; upstreamPath: string; port: number; accessLog: boolean }) => `
worker_processes 1;
daemon off;
pid ${facts.directory}/nginx.pid;
error_log ${facts.directory}/error.log crit;
events { worker_connections 4096; }
http {
  log_format line escape=json '{"time":"$time_iso8601","requestId":"$request_id","method":"$request_method","path":"$uri","status":$status,'
    '"worker":"$upstream_addr","client":"$remote_addr","firstByte":"$upstream_header_time","seconds":$request_time}';
  access_log ${facts.accessLog ? `${facts.directory}/access.log line buffer=16k flush=1s` : 'off'};
  client_body_temp_path ${facts.directory}/body;
  proxy_temp_path ${facts.directory}/proxy;
  fastcgi_temp_path ${facts.directory}/fastcgi;
  uwsgi_temp_path ${facts.directory}/uwsgi;
  scgi_temp_path ${facts.directory}/scgi;
  keepalive_requests 1000000000;
  tcp_nodelay on;
  upstream worker { server unix:${facts.upstreamPath}; keepalive 256; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${facts.port};
    proxy_buffers 16 16k;
    proxy_buffer_size 16k;
    proxy_busy_buffers_size 64k;
    proxy_max_temp_file_size 0;
    location / {${forwarding}}
    location /agent/v1/events {
      proxy_buffering off;${forwarding}}
  }
}
`

/** One nginx with one worker process. */
export const startNginx = async (options: { upstreamPath: string; port: number; accessLog: boolean }) => {
  const directory = mkdtempSync(join(tmpdir(), 'nginx-'))
  mkdirSync(join(directory, 'logs'))
  const path = join(directory, 'nginx.conf')
  const account = process.getuid?.() === 0 ? 'user root;\n' : ''
  writeFileSync(path, account + configuration({ directory, ...options }))
  const child = Bun.spawn([process.env.NGINX ?? '/usr/sbin/nginx', '-p', directory, '-c', path], {
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
  })
  const pid = await waitFor(() => childrenOf(child.pid)[0], { what: 'nginx' })
  return {
    /** Of the process that carries the requests. */
    pid,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await child.exited
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
