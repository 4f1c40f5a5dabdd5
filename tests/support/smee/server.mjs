// A webhook proxy as smee.io is one: it reads what is posted as JSON and writes it anew for those who listen.
// After the protocol of https://github.com/probot/smee.io (ISC), lib/server.js; no code of it.
import http from "node:http";

const listeners = new Map();
let count = 0;

const send = (answer, event, data) => answer.write(`id: ${count++}\n${event ? `event: ${event}\n` : ""}data: ${data}\n\n`);

const listen = (request, answer, channel) => {
  if (request.headers.accept !== "text/event-stream") {
    answer.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end("<!doctype html>");
    return;
  }
  answer.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache", Connection: "keep-alive" });
  const here = listeners.get(channel) ?? new Set();
  listeners.set(channel, here.add(answer));
  request.on("close", () => here.delete(answer));
  send(answer, "ready", "{}");
};

const tell = async (request, answer, channel) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const raw = Buffer.concat(pieces).toString();
  const form = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded");
  const body = form ? Object.fromEntries(new URLSearchParams(raw)) : JSON.parse(raw);
  const told = JSON.stringify({ ...request.headers, body, query: {}, timestamp: Date.now() });
  for (const one of listeners.get(channel) ?? []) send(one, "", told);
  answer.writeHead(200).end();
};

// Not of smee.io: for tests, it hangs up on everybody.
const hangUp = (answer) => {
  for (const here of listeners.values()) for (const one of here) one.socket.destroy();
  answer.writeHead(200).end();
};

http
  .createServer((request, answer) => {
    const channel = new URL(request.url, "http://localhost").pathname.slice(1);
    if (request.method === "DELETE") hangUp(answer);
    else if (request.method === "POST") void tell(request, answer, channel);
    else listen(request, answer, channel);
  })
  .listen(0, "127.0.0.1", function () {
    console.log(this.address().port);
  });
