import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadFiles, type DownloadOptions } from '../../../src/train/data/download';
import { loadDigits } from '../../../src/train/data/mnist';
import { obtainDigits } from '../../../src/train/data/source';

const content = new Uint8Array(300_000).map((_, at) => (at * 7919) >> 5);
const file = { md5: createHash('md5').update(content).digest('hex'), bytes: content.length };
const files = { 'a.gz': file };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers as a good server does: whole, or from the byte that is asked for. */
const honest: Answer = (request, response) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const headers = { 'content-length': content.length - from };
  if (from > 0) response.writeHead(206, { ...headers, 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` });
  else response.writeHead(200, headers);
  response.end(content.subarray(from));
};

/** Sends so many bytes of what it announces, and breaks the connection once some have come. */
class Breaking {
  private response: ServerResponse | undefined;

  constructor(private readonly bytes: number) {}

  readonly answer: Answer = (_, response) => {
    this.response = response;
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, this.bytes));
  };

  readonly onProgress = ({ bytes }: { readonly bytes: number }): void => {
    if (bytes > 0) this.response?.destroy();
  };
}

const says =
  (status: number): Answer =>
  (_, response) => {
    response.writeHead(status);
    response.end();
  };

describe('Downloads', () => {
  let folder: string;
  let servers: Server[];
  let asked: { url: string; range: string | undefined }[];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'download-'));
    servers = [];
    asked = [];
  });
  afterEach(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** A mirror that gives its answers one after another, the last one again and again. */
  async function mirror(...answers: Answer[]): Promise<string> {
    let next = 0;
    const server = createServer((request, response) => {
      if (request.method === 'HEAD') return void response.writeHead(200).end();
      asked.push({ url: request.url ?? '', range: request.headers.range });
      answers[Math.min(next++, answers.length - 1)]?.(request, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mnist/`;
  }
  const get = (mirrors: string[], more: Partial<DownloadOptions> = {}): Promise<void> =>
    downloadFiles({ folder, mirrors, files, backOff: 1, patience: 2_000, ...more });
  const whole = async (): Promise<void> => assert.ok((await readFile(join(folder, 'a.gz'))).equals(content));

  it('come whole, tell how far they are, and leave nothing behind', async () => {
    const told: number[] = [];
    await get([await mirror(honest)], { onProgress: ({ bytes, total }) => told.push(bytes / total) });
    await whole();
    assert.equal(told.at(-1), 1);
    assert.deepEqual(told, [...told].sort());
    assert.deepEqual(await readdir(folder), ['a.gz']);
    assert.equal(asked[0]?.url, '/mnist/a.gz');
  });

  it('are not asked for again when they are there and whole', async () => {
    await writeFile(join(folder, 'a.gz'), content);
    await get(['http://127.0.0.1:9/']);
    assert.equal(asked.length, 0);
  });

  it('replace a file that is there and spoilt', async () => {
    await writeFile(join(folder, 'a.gz'), 'spoilt');
    await get([await mirror(honest)]);
    await whole();
  });

  it('go on where the connection broke', async () => {
    const breaking = new Breaking(100_000);
    await get([await mirror(breaking.answer, honest)], { onProgress: breaking.onProgress });
    await whole();
    assert.equal(asked.length, 2);
    const from = Number(/bytes=(\d+)-/.exec(asked[1]?.range ?? '')?.[1]);
    assert.ok(from > 0 && from <= 100_000, `resumed from ${from}`);
  });

  it('begin again where the server does not resume', async () => {
    const ignoresRange: Answer = (_, response) => void response.writeHead(200, { 'content-length': content.length }).end(content);
    const breaking = new Breaking(50_000);
    await get([await mirror(breaking.answer, ignoresRange)], { onProgress: breaking.onProgress });
    assert.match(asked[1]?.range ?? '', /bytes=[1-9]/);
    await whole();
  });

  it('don’t believe a server that resumes elsewhere', async () => {
    const elsewhere: Answer = (_, response) => {
      response.writeHead(206, { 'content-range': `bytes 7-${content.length - 1}/${content.length}` });
      response.end(content.subarray(7));
    };
    const breaking = new Breaking(50_000);
    await get([await mirror(breaking.answer, elsewhere, honest)], { onProgress: breaking.onProgress });
    assert.equal(asked.length, 3);
    await whole();
  });

  it('throw away what has another checksum, and try again', async () => {
    const lies: Answer = (_, response) => void response.writeHead(200).end(Uint8Array.from(content).fill(1, 0, 10));
    const lines: string[] = [];
    await get([await mirror(lies, honest)], { log: (line) => lines.push(line) });
    await whole();
    assert.match(lines[0] ?? '', /a\.gz: what came has another checksum/);
    assert.equal(asked[1]?.range, undefined);
  });

  it('end a server that sends more than the file has', async () => {
    const floods: Answer = (_, response) => void response.writeHead(200).end(Buffer.concat([content, content]));
    await assert.rejects(get([await mirror(floods)], { attempts: 2 }), /after 2 attempts: more than the 300000 bytes/);
  });

  it('don’t wait forever for a server that falls silent', async () => {
    const silent: Answer = (_, response) =>
      void response.writeHead(200, { 'content-length': content.length }).write(content.subarray(0, 1000));
    await get([await mirror(silent, honest)], { patience: 50 });
    await whole();
  });

  it('go to the next mirror when one refuses', async () => {
    await get([await mirror(says(404)), await mirror(honest)]);
    await whole();
  });

  it('don’t ask again where the answer is a refusal', async () => {
    await assert.rejects(get([await mirror(says(403)), await mirror(says(404))]), /after 2 attempts: the server answered 404/);
    assert.equal(asked.length, 2);
  });

  it('ask again a server that has trouble', async () => {
    await get([await mirror(says(503), says(429), honest)]);
    await whole();
  });

  it('follow a redirect', async () => {
    const other = await mirror(honest);
    const redirects: Answer = (_, response) => void response.writeHead(302, { location: `${other}moved.gz` }).end();
    await get([await mirror(redirects)]);
    await whole();
    assert.equal(asked.at(-1)?.url, '/mnist/moved.gz');
  });

  it('begin anew when what is here is no beginning of the file', async () => {
    await writeFile(join(folder, 'a.gz.part'), content.subarray(0, 1000));
    await get([await mirror(says(416), honest)]);
    await whole();
    assert.deepEqual(
      asked.map(({ range }) => range),
      ['bytes=1000-', undefined],
    );
  });

  it('take over what an ended process left, and leave alone what a living one writes', async () => {
    await writeFile(join(folder, `a.gz.part-${process.ppid}`), 'of another');
    await writeFile(join(folder, 'a.gz.part-999999999'), content.subarray(0, 2000));
    await get([await mirror(honest)]);
    await whole();
    assert.equal(asked[0]?.range, 'bytes=2000-');
    assert.deepEqual((await readdir(folder)).sort(), ['a.gz', `a.gz.part-${process.ppid}`]);
  });

  it('keep what came when they give up, for the next time', async () => {
    const breaking = new Breaking(80_000);
    await assert.rejects(
      get([await mirror(breaking.answer)], { onProgress: breaking.onProgress, attempts: 1 }),
      /a\.gz could not be downloaded after 1 attempt:/,
    );
    const [left] = await readdir(folder);
    assert.equal(left, 'a.gz.part');
    await get([await mirror(honest)]);
    await whole();
    assert.match(asked.at(-1)?.range ?? '', /bytes=\d+-/);
  });

  it('end when they are cancelled', async () => {
    const cancel = new AbortController();
    const slow: Answer = (_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000), () => cancel.abort());
    };
    await assert.rejects(get([await mirror(slow)], { signal: cancel.signal, patience: 60_000 }), { name: 'AbortError' });
  });

  it('say so when no mirror can be reached', async () => {
    const closed = await mirror(honest);
    const [server] = servers.splice(0);
    await new Promise((resolve) => server?.close(resolve));
    await assert.rejects(get([closed]), /None of the 1 mirrors of MNIST can be reached from here/);
  });

  it('give up on a mirror that accepts and never answers', async () => {
    const mute = createServer(() => undefined);
    servers.push(mute);
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(mute.address() as AddressInfo).port}/`;
    await assert.rejects(get([url], { reachWithin: 30 }), /can be reached from here/);
  });
});

describe('Obtaining digits', () => {
  const synthetic = { train: 30, test: 20, seed: 1 };
  let cacheFolder: string;
  beforeEach(async () => (cacheFolder = await mkdtemp(join(tmpdir(), 'cache-'))));
  afterEach(() => rm(cacheFolder, { recursive: true, force: true }));

  it('draws them where there is no network, says so, and keeps them', async () => {
    const lines: string[] = [];
    const first = await obtainDigits({ cacheFolder, offline: true, synthetic, log: (line) => lines.push(line) });
    assert.equal(first.kind, 'synthetic');
    assert.match(lines.join('\n'), /Using 50 SYNTHETIC digits/);
    const before = await readFile(first.files['train-images-idx3-ubyte.gz']);
    const second = await obtainDigits({ cacheFolder, offline: true, synthetic });
    assert.equal(second.folder, first.folder);
    assert.ok(before.equals(await readFile(second.files['train-images-idx3-ubyte.gz'])));
    assert.equal((await loadDigits(second.folder)).train.count, 30);
  });

  it('takes the folder that is named, and nothing else when that is wrong', async () => {
    const { folder } = await obtainDigits({ cacheFolder, offline: true, synthetic });
    const named = await obtainDigits({ data: folder, cacheFolder });
    assert.equal(named.kind, 'folder');
    await mkdir(join(cacheFolder, 'empty'));
    await assert.rejects(obtainDigits({ data: join(cacheFolder, 'empty') }), /lacks train-images/);
  });

  it('takes MNIST from the cache without asking the network', async function () {
    const mnist = process.env['MNIST_DIR'];
    if (!mnist) return this.skip();
    await mkdir(join(cacheFolder, 'mnist'));
    for (const name of ['train-images-idx3', 'train-labels-idx1', 't10k-images-idx3', 't10k-labels-idx1'])
      await writeFile(join(cacheFolder, 'mnist', `${name}-ubyte.gz`), await readFile(join(mnist, `${name}-ubyte.gz`)));
    assert.equal((await obtainDigits({ cacheFolder, offline: true })).kind, 'mnist');
  });
});
