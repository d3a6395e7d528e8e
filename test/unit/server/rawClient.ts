import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** A client that sends what it likes, byte by byte. */
export async function connected(host: string): Promise<Socket> {
  const [name, port] = host.split(':');
  const socket = connect(Number(port), name);
  // The server cuts connections off while something is still being sent.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends a text as it stands, and resolves to all that comes back until the server closes. */
export async function exchanged(host: string, request: string): Promise<string> {
  const socket = await connected(host);
  socket.write(request);
  return text(socket);
}

/** Sends one byte after another, each when some milliseconds have passed, until the server closes; what came back. */
export async function trickled(host: string, head: string, pause: number): Promise<string> {
  const socket = await connected(host);
  socket.write(head);
  const timer = setInterval(() => socket.write('x'), pause);
  try {
    return await text(socket);
  } finally {
    clearInterval(timer);
    socket.destroy();
  }
}

/** The status of each answer in what came back over a connection. */
export function statuses(answers: string): number[] {
  return [...answers.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((found) => Number(found[1]));
}
