// What comes from the operating system, not from npm: asked for with apt where we are root on Debian, named to the person elsewhere.
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What code-server's native parts and the driven tests need: Debian's package, and how to tell that it is there. */
const needs = {
  git: () => onPath('git'),
  'g++': () => onPath('g++') || onPath('clang++'),
  make: () => onPath('make'),
  python3: () => onPath('python3'),
  'python3-venv': () => process.platform !== 'linux' || succeeds('python3', ['-c', 'import ensurepip']),
  'pkg-config': () => onPath('pkg-config'),
  'libkrb5-dev': () => process.platform !== 'linux' || existsSync('/usr/include/gssapi/gssapi.h'),
  chromium: () => findChromium() !== undefined,
};

/**
 * Makes sure that the named packages are installed.
 * @param {(keyof typeof needs)[]} names
 * @throws one line that names what is missing, where it can't be installed from here
 */
export async function ensureSystemPackages(names, log = console.log) {
  const missing = names.filter((name) => !needs[name]());
  if (missing.length === 0) return;
  const debian = process.platform === 'linux' && onPath('apt-get');
  if (!debian || process.getuid?.() !== 0) {
    const advice = debian ? `sudo apt-get install ${missing.join(' ')}` : 'install them with your system’s package manager';
    throw new Error(`Missing on this machine: ${missing.join(', ')}. To go on: ${advice}.`);
  }
  log(`Installing with apt-get: ${missing.join(', ')}`);
  const options = { timeout: 600_000, maxBuffer: 1 << 26, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const install = ['install', '--yes', '--no-install-recommends', ...missing];
  // The lists may be there already; fetching them is only worth its time when they are not, or are too old.
  await run('apt-get', install, options).catch(async () => {
    await run('apt-get', ['update'], options);
    await run('apt-get', install, options);
  });
}

/** The browser that the driven tests use; CHROMIUM names one explicitly. */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const places = {
    linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'],
    darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium'],
    win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) =>
      join(process.env[name] ?? '', 'Google/Chrome/Application/chrome.exe'),
    ),
  };
  return places[process.platform]?.find((place) => existsSync(place));
}

export function onPath(name) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.some((folder) => suffixes.some((suffix) => existsSync(join(folder, name + suffix))));
}

function succeeds(command, args) {
  try {
    execFileSync(command, args, { stdio: 'ignore', timeout: 30_000 });
    return true;
  } catch {
    return false;
  }
}
