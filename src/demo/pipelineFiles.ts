import { dvcHash, type RecordedFile } from './dvcFiles';

export const PIPELINE_OUT = 'data/digits.csv';
export const PIPELINE_SCRIPT = 'describe.mjs';
const COMMAND = `node ${PIPELINE_SCRIPT}`;

export function paramsYaml(rows: number): string {
  return `describe:\n  rows: ${rows}\n`;
}

/** @param inputs the paths of the images and their labels */
export function dvcYaml(inputs: readonly string[]): string {
  return `stages:
  describe:
    desc: A row for each digit
    cmd: ${COMMAND}
    deps:
${inputs.map((path) => `    - ${path}\n`).join('')}    - ${PIPELINE_SCRIPT}
    params:
    - describe.rows
    outs:
    - ${PIPELINE_OUT}:
        desc: Label, ink and bounding box of the first training digits
        type: table
        labels:
        - digits
`;
}

/** The lock as DVC 3 writes it after the stage has run. */
export function dvcLock(deps: readonly RecordedFile[], rows: number, out: RecordedFile): string {
  const entry = ({ path, md5, size }: RecordedFile): string =>
    `    - path: ${path}\n      hash: md5\n      md5: ${dvcHash(md5)}\n      size: ${size}\n`;
  const sorted = [...deps].sort((a, b) => (a.path < b.path ? -1 : 1));
  return `schema: '2.0'
stages:
  describe:
    cmd: ${COMMAND}
    deps:
${sorted.map(entry).join('')}    params:
      params.yaml:
        describe.rows: ${rows}
    outs:
${entry(out)}`;
}

/** The stage's script; it needs nothing but Node. */
export const DESCRIBE_SCRIPT = `// Writes data/digits.csv: for each of the first training digits its label, how much ink it has, and the box around it in pixels.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';

const SIDE = 28;
const rows = Number(/rows: *(\\d+)/.exec(await readFile('params.yaml', 'utf8'))[1]);
const images = (await read('train-images-idx3-ubyte')).subarray(16);
const labels = (await read('train-labels-idx1-ubyte')).subarray(8);

const lines = ['index,label,ink,left,top,right,bottom'];
for (let index = 0; index < Math.min(rows, labels.length); index++) {
  const pixels = images.subarray(index * SIDE * SIDE, (index + 1) * SIDE * SIDE);
  lines.push([index, labels[index], ...describe(pixels)].join(','));
}
await writeFile('data/digits.csv', lines.join('\\n') + '\\n');

function describe(pixels) {
  let sum = 0;
  let [left, top, right, bottom] = [SIDE, SIDE, 0, 0];
  for (const [place, value] of pixels.entries()) {
    if (value === 0) continue;
    const [x, y] = [place % SIDE, Math.floor(place / SIDE)];
    sum += value;
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
  }
  return [(sum / 255 / pixels.length).toFixed(4), left, top, right, bottom];
}

async function read(name) {
  const packed = \`data/raw/\${name}.gz\`;
  return existsSync(packed) ? gunzipSync(await readFile(packed)) : readFile(\`data/raw/\${name}\`);
}
`;
