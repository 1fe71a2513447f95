import { createServer } from 'node:http';

// The services of the probe's bench: one process that answers every request with a page of 32 KiB. Prints its port.

const page = `<html><head><meta name="generator" content="Koha 23.1105000" /></head>${'<p>A title</p>'.repeat(2340)}<form id="bookbag_form">`;
const server = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(address.port);
});
