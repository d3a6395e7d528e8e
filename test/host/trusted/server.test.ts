import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import {
  commands,
  ConfigurationTarget,
  env,
  ShellExecution,
  Task,
  TaskScope,
  tasks,
  window,
  workspace,
  type TerminalOptions,
} from 'vscode';
import type { ExtensionApi } from '../../../src/extension';
import type { TrackingServer } from '../../../src/host/server/trackingServer';
import { pidExists } from '../../../src/core/pidExists';
import { readServerFile, type ServerFile } from '../../../src/store/serverFile';
import { ServerNode } from '../../../src/views/runs/serverNode';
import { until } from '../../support/until';
import { activated, extensionUnderTest } from '../extensionUnderTest';

describe('tracking server', () => {
  let api: ExtensionApi;
  let server: TrackingServer;
  const outside: ChildProcess[] = [];
  const settings = () => workspace.getConfiguration('mlTracking.server');

  before(async () => {
    api = await activated();
    server = api.servers.all[0]!;
    await settings().update('port', 0, ConfigurationTarget.Workspace);
  });
  after(async () => {
    await server.stop();
    for (const child of outside) child.kill('SIGKILL');
    for (const name of ['port', 'requireToken', 'autoStart']) await settings().update(name, undefined, ConfigurationTarget.Workspace);
  });
  afterEach(() => commands.executeCommand('notifications.clearAll'));

  /** Where it listens, once it does. */
  async function running(): Promise<{ readonly url: string; readonly pid: number; readonly token?: string }> {
    return until('the server listens', () => (server.state.kind === 'on' ? server.state : undefined));
  }
  const start = async (): ReturnType<typeof running> => {
    await commands.executeCommand('mlTracking.startServer');
    return running();
  };
  async function post(path: string, body: object): Promise<Record<string, unknown>> {
    const { url, token } = await running();
    const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(`${url}/api/2.0/mlflow/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.clone().text());
    return (await answer.json()) as Record<string, unknown>;
  }

  /** What a program sees that is started in a new terminal, or as a task. */
  async function seenBy(how: 'terminal' | 'task'): Promise<Record<string, string | undefined>> {
    const file = join(server.store.location, `environment-${how}.json`);
    const script = join(server.store.location, 'environment.cjs');
    await writeFile(script, `require('fs').writeFileSync(${JSON.stringify(file)}, JSON.stringify(process.env))`);
    const ended = [] as { dispose(): void }[];
    if (how === 'task') {
      const shell = new ShellExecution(process.execPath, [script], { env: { ELECTRON_RUN_AS_NODE: '1' } });
      const task = new Task({ type: 'shell' }, workspace.workspaceFolders?.[0] ?? TaskScope.Workspace, 'environment', 'test', shell);
      const execution = await tasks.executeTask(task);
      ended.push({ dispose: () => execution.terminate() });
    } else {
      const options: TerminalOptions = { shellPath: process.execPath, shellArgs: [script], env: { ELECTRON_RUN_AS_NODE: '1' } };
      ended.push(window.createTerminal(options));
    }
    const text = await until(`the environment of a ${how}`, async () => (await readFile(file, 'utf8').catch(() => '')) || undefined);
    await Promise.all([rm(file), rm(script)]);
    for (const one of ended) one.dispose();
    return JSON.parse(text) as Record<string, string | undefined>;
  }

  it('is started by command, and says so in its file and in its row', async () => {
    const { url, pid } = await start();
    assert.equal(await (await fetch(`${url}/health`)).text(), 'OK');
    const file = await readServerFile(server.store.location);
    assert.equal(file?.url, url);
    assert.equal(file?.pid, pid);
    assert.notEqual(pid, process.pid);
    const item = new ServerNode(undefined, server).item();
    assert.equal(item.description, url);
    assert.equal(item.contextValue, 'server on');
  });

  it('takes the run of an MLflow client, which shows in the Runs view as it is logged', async () => {
    const { experiment_id } = await post('experiments/create', { name: 'through the server' });
    const { run } = (await post('runs/create', { experiment_id, run_name: 'from-python', start_time: Date.now() })) as {
      run: { info: { run_id: string } };
    };
    const run_id = run.info.run_id;
    await commands.executeCommand('mlTracking.runs.focus');
    const row = async (text: RegExp): Promise<void> => {
      await until(`a row like ${String(text)}`, async () => {
        await api.runsView.reveal(server.store.location, run_id).catch(() => undefined);
        return api.runsView.selection.some((node) => {
          const { label, description } = node.item();
          return text.test(`${typeof label === 'string' ? label : label?.label} ${String(description)}`);
        });
      });
    };
    await row(/^from-python/);
    await post('runs/log-metric', { run_id, key: 'val_accuracy', value: 0.875, timestamp: Date.now(), step: 1 });
    await row(/^from-python .*0\.875/);
  });

  for (const how of ['terminal', 'task'] as const)
    it(`is known to a new ${how}`, async () => {
      const { url } = await running();
      const seen = await seenBy(how);
      assert.equal(seen['MLFLOW_TRACKING_URI'], url);
      assert.equal(seen['MLFLOW_TRACKING_TOKEN'], undefined);
    });

  it('has its address copied', async () => {
    const { url } = await running();
    await env.clipboard.writeText('');
    void commands.executeCommand('mlTracking.copyServerUrl');
    // In a remote window with another address outside, a person is asked which one.
    await until('the address in the clipboard', async () => {
      await commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
      return (await env.clipboard.readText()) === url;
    });
  });

  it('is started again at the same address when it dies', async () => {
    const before = await running();
    process.kill(before.pid, 'SIGKILL');
    const after = await until('another process', () =>
      server.state.kind === 'on' && server.state.pid !== before.pid ? server.state : undefined,
    );
    assert.equal(after.url, before.url);
    assert.equal(await (await fetch(`${after.url}/health`)).text(), 'OK');
  });

  it('is not started twice, by whomever', async () => {
    const { pid } = await running();
    await Promise.all([commands.executeCommand('mlTracking.startServer'), commands.executeCommand('mlTracking.startServer')]);
    assert.equal((await running()).pid, pid);
  });

  it('ends when it is stopped, and leaves neither file nor variable', async () => {
    const { pid } = await running();
    await commands.executeCommand('mlTracking.stopServer');
    assert.equal(server.state.kind, 'off');
    assert.ok(!pidExists(pid));
    assert.ok(!existsSync(join(server.store.location, 'server.json')));
    assert.equal((await seenBy('terminal'))['MLFLOW_TRACKING_URI'], undefined);
  });

  it('stays off in this window when another one has stopped it', async () => {
    const { pid } = await start();
    process.kill(pid, 'SIGTERM');
    await until('it is off', () => server.state.kind === 'off');
    assert.ok(!existsSync(join(server.store.location, 'server.json')));
  });

  it('asks for a token where the settings want one, which terminals know', async () => {
    await settings().update('requireToken', true, ConfigurationTarget.Workspace);
    const { url, token } = await start();
    assert.ok(token);
    assert.equal((await fetch(`${url}/health`)).status, 401);
    const seen = await seenBy('terminal');
    assert.equal(seen['MLFLOW_TRACKING_TOKEN'], token);
    await post('experiments/create', { name: 'with a token' });
    const log = await readFile(server.logFile.path, 'utf8');
    assert.ok(!log.includes(token), 'the token stands in the log');
    await commands.executeCommand('mlTracking.stopServer');
    await settings().update('requireToken', undefined, ConfigurationTarget.Workspace);
  });

  it('says who has its port, and starts on another', async () => {
    const squatter: Server = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    await settings().update('port', port, ConfigurationTarget.Workspace);
    await commands.executeCommand('mlTracking.startServer');
    assert.equal(server.state.kind, 'failed');
    assert.match(server.state.message, new RegExp(`^Port ${port} is taken by .*process ${process.pid}`));
    await api.servers.startInstead(server, 0);
    const { url } = await running();
    assert.notEqual(new URL(url).port, String(port));
    await server.stop();
    squatter.close();
    await settings().update('port', 0, ConfigurationTarget.Workspace);
  });

  /** A server that was started by somebody else, as from a terminal. */
  async function startOutside(...more: string[]): Promise<ServerFile> {
    const program = extensionUnderTest().extensionUri.with({
      path: `${extensionUnderTest().extensionUri.path}/dist/ml-tracking.js`,
    }).fsPath;
    const child = spawn(process.execPath, [program, 'server', `--store=${server.store.location}`, '--port=0', ...more], {
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_NO_WARNINGS: '1' },
      stdio: 'ignore',
    });
    outside.push(child);
    return until('the other server listens', async () => {
      const file = await readServerFile(server.store.location);
      return file?.pid === child.pid && file;
    });
  }

  it("is also somebody's own, who then has to start it again", async () => {
    const { url, pid } = await startOutside();
    await commands.executeCommand('mlTracking.startServer');
    assert.deepEqual({ ...(await running()) }, { kind: 'on', url, pid });
    process.kill(pid, 'SIGKILL');
    await until('it is off', () => server.state.kind === 'off');
  });

  it('is not used where it wants a token that nobody here knows', async () => {
    const { url } = await startOutside('--token=of-somebody-else');
    await commands.executeCommand('mlTracking.startServer');
    assert.equal(server.state.kind, 'failed');
    assert.ok(server.state.message.startsWith(url), server.state.message);
    await commands.executeCommand('mlTracking.stopServer');
    assert.equal(await readServerFile(server.store.location), undefined);
  });

  it('is replaced where it is of an older version of the extension', async () => {
    const old = await startOutside('--lease=180');
    await writeFile(join(server.store.location, 'server.json'), JSON.stringify({ ...old, version: '0.0.1' }));
    await server.attach();
    const { url, pid } = await running();
    assert.equal(url, old.url);
    assert.notEqual(pid, old.pid);
    assert.ok(!pidExists(old.pid));
    await server.stop();
  });

  it('is not taken for another one, of a store that was copied from another machine', async () => {
    const { port } = await startOutside('--lease=180');
    const file = join(server.store.location, 'server.json');
    const copied = { ...(await readServerFile(server.store.location)), machine: 'elsewhere', startedAt: '0000000000000000/1' };
    await writeFile(file, JSON.stringify(copied));
    await server.attach();
    assert.equal(server.state.kind, 'off');
    await commands.executeCommand('mlTracking.startServer');
    assert.deepEqual(server.state, {
      kind: 'failed',
      message: `elsewhere, another machine, says that it serves this store at http://127.0.0.1:${port}.`,
    });
    await api.servers.startAnyway(server);
    assert.notEqual(new URL((await running()).url).port, String(port));
    await server.stop();
    outside.at(-1)?.kill();
  });

  it('is given up when it dies again and again', async function () {
    this.timeout(120_000);
    const given: string[] = [];
    const listening = server.onDidGiveUp((reason) => given.push(reason));
    await start();
    const killed = new Set<number>();
    await until(
      'it is given up',
      () => {
        const pid = server.state.kind === 'on' ? server.state.pid : undefined;
        if (pid !== undefined && !killed.has(pid)) process.kill(pid, 'SIGKILL');
        if (pid !== undefined) killed.add(pid);
        return given.length > 0;
      },
      110_000,
    );
    listening.dispose();
    assert.equal(server.state.kind, 'failed');
    assert.ok(killed.size >= 4, String(killed.size));
    assert.equal((await seenBy('terminal'))['MLFLOW_TRACKING_URI'], undefined);
    await server.stop();
  });

  it('starts by itself where the workspace asks for it', async () => {
    await settings().update('autoStart', true, ConfigurationTarget.Workspace);
    await running();
    await commands.executeCommand('mlTracking.stopServer');
    assert.equal(server.state.kind, 'off');
  });
});
