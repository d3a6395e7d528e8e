import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ServerProcess, startOurServer } from '../support/serverProcess';
import { until } from '../support/until';

const MEGABYTE = 1024 * 1024;
const SMALL = 32;
const LARGE = 320;
/** Buffers that wait to be collected; a file that was held whole would be three times as much. */
const SLACK = 100;

// Only Linux tells the most that a process has held.
if (process.platform === 'linux')
  describe('Large artifacts', function () {
    this.timeout(180_000);
    let folder: string;
    let server: ServerProcess;
    let root: string;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), 'ml-large-'));
      server = await startOurServer(join(folder, '.tracking'));
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify({ experiment_id: '0' });
      const created = (await (await fetch(`${server.url}/api/2.0/mlflow/runs/create`, { method: 'POST', headers, body })).json()) as {
        run: { info: { run_id: string } };
      };
      root = `${server.url}/api/2.0/mlflow-artifacts/artifacts/0/${created.run.info.run_id}/artifacts`;
    });
    after(async () => {
      await server.end('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    /** The most that the server has held so far, in megabytes. */
    const peak = async (): Promise<number> => {
      const status = await readFile(`/proc/${server.process.pid}/status`, 'latin1');
      return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1]) / 1024;
    };
    const upload = async (name: string, megabytes: number): Promise<void> => {
      const part = Buffer.alloc(MEGABYTE, 7);
      const sent = request(`${root}/${name}`, { method: 'PUT', headers: { 'Content-Length': megabytes * MEGABYTE } });
      const answered = once(sent, 'response') as Promise<[IncomingMessage]>;
      await pipeline(Readable.from(Array.from({ length: megabytes }, () => part)), sent);
      const [response] = await answered;
      response.resume();
      assert.equal(response.statusCode, 200);
    };
    const download = async (name: string): Promise<IncomingMessage> => {
      const [response] = (await once(request(`${root}/${name}`).end(), 'response')) as [IncomingMessage];
      assert.equal(response.statusCode, 200);
      return response;
    };
    const sizeOf = async (response: IncomingMessage): Promise<number> => {
      let size = 0;
      for await (const part of response) size += (part as Buffer).length;
      return size / MEGABYTE;
    };

    it('cost no more memory than small ones, up and down, even where the reader is slow', async () => {
      await upload('small.bin', SMALL);
      assert.equal(await sizeOf(await download('small.bin')), SMALL);
      const before = await peak();
      await upload('large.bin', LARGE);
      assert.ok((await peak()) < before + SLACK, `${before} MB, then ${await peak()} MB with an upload`);
      const slow = await download('large.bin');
      // Nothing is read of it while another reader takes it all.
      assert.equal(await sizeOf(await download('large.bin')), LARGE);
      await until('the slow reader holds what fits into the connection', () => slow.readableLength > 0);
      assert.ok((await peak()) < before + SLACK, `${before} MB, then ${await peak()} MB with downloads`);
      assert.equal(await sizeOf(slow), LARGE);
    });
  });
