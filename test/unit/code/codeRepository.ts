import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GitError } from '../../../src/code/git';

const IDENTITY = [
  '-c',
  'user.name=Ada',
  '-c',
  'user.email=ada@example.org',
  '-c',
  'commit.gpgSign=false',
  '-c',
  'protocol.file.allow=always',
];

/** A git repository in a temporary folder, made and asked with plain git. */
export class CodeRepository {
  readonly root: string;

  /** Without a folder a new one is made and initialised. */
  constructor(folder?: string) {
    this.root = folder ?? realpathSync(mkdtempSync(join(tmpdir(), 'ml-code-')));
    if (folder === undefined) this.git('init', '--quiet', '--initial-branch=main');
  }

  /** Settings that a program of ours finds here as it would a person's, and that keep bytes as they are. */
  configure(): void {
    for (const [key, value] of [
      ['user.name', 'Ada'],
      ['user.email', 'ada@example.org'],
      ['commit.gpgSign', 'false'],
      ['core.autocrlf', 'false'],
    ] as const)
      this.git('config', key, value);
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  git(...args: string[]): string {
    return execFileSync('git', [...IDENTITY, ...args], {
      cwd: this.root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 30_000,
    }).replace(/\n$/, '');
  }

  /** For what ends with an exit code, such as a merge that stops at a conflict. */
  tryGit(...args: string[]): void {
    try {
      this.git(...args);
    } catch {
      // The state it leaves is what is wanted.
    }
  }

  write(path: string, content: string | Buffer): void {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  commit(path: string, content: string | Buffer, message = `Write ${path}`): string {
    this.write(path, content);
    this.git('add', '--', path);
    this.git('commit', '--quiet', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Why git, or we, refused something. */
export function failure(promise: Promise<unknown>): Promise<GitError> {
  return promise.then(
    () => assert.fail('nothing was refused'),
    (error: unknown) => (error instanceof GitError ? error : assert.fail(String(error))),
  );
}
