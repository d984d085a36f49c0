// SPDX-License-Identifier: Apache-2.0
// Node's `http` as its users write it, with the small file in memory, which is its fastest way.
// Arguments: port, folder of the files.
'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');
const [port, folder] = process.argv.slice(2);
const small = fs.readFileSync(path.join(folder, '1k.txt'));

function send(response, body) {
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
  response.end(body);
}

const server = http.createServer((request, response) => {
  if (request.url === '/1k.txt') return send(response, small);
  if (request.url === '/hello') return send(response, 'Hello, World!\n');
  const file = path.join(folder, path.basename(request.url));
  const length = fs.statSync(file).size;
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': length });
  fs.createReadStream(file).pipe(response);
});
server.keepAliveTimeout = 60000;
server.listen(Number(port), '127.0.0.1', 511);
