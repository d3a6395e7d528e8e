import type { Choice } from './names';
import type { Step } from './steps';

/** Values of parameters that Python and JavaScript compare, print or parse differently. */
const VALUES = [
  '1',
  '1.0',
  'true',
  "'1'",
  'null',
  '0',
  'false',
  '1e3',
  '1000.0',
  '0x10',
  '16',
  '1_000',
  '0o17',
  '.inf',
  '[1, 2]',
  '[1, 2.0]',
  '{a: 1, b: [x]}',
  '{a: true, b: [x]}',
  '2020-01-01',
  'yes',
  '"\u00e9"',
  '9007199254740993',
  '0.1',
  '1e-7',
];
const JSON_VALUES = ['1', '1.0', 'true', '"1"', 'null', '[1, 2]', '{"c": 1}', '9007199254740993', '1e3'];
const TOML_VALUES = ['1', '1.0', 'true', '"1"', '[1, 2]', '{c = 1}', '1_000', 'inf', '2020-01-01'];
const PYTHON_VALUES = ['1', '1.0', 'True', "'1'", 'None', '[1, 2]', "{'c': 1}", '(1, 2)', '-1', '1_000'];

export function paramsFile(choice: Choice): Step {
  const kind = choice.below(6);
  if (kind === 3) return { write: 'other.json', text: `{"a": {"b": ${choice.of(JSON_VALUES)}}, "n": ${choice.of(JSON_VALUES)}}` };
  if (kind === 4) return { write: 'conf.toml', text: `top = ${choice.of(TOML_VALUES)}\n[t]\nu = ${choice.of(TOML_VALUES)}\n` };
  if (kind === 5)
    return { write: 'consts.py', text: `import os\nK = ${choice.of(PYTHON_VALUES)}\nclass C:\n    v: int = ${choice.of(PYTHON_VALUES)}\n` };
  const model = choice.chance(0.8) ? `model:\n  size: ${choice.of(VALUES)}\n  'dot.ted': 1\n` : '';
  return { write: 'params.yaml', text: `lr: ${choice.of(VALUES)}\n${model}names: [p, q]\n` };
}

export const PARAMS: readonly Step[] = [
  { write: 'params.yaml', text: 'lr: 1\nmodel:\n  size: 2\nnames: [p, q]\n' },
  { write: 'other.json', text: '{"a": {"b": 1}, "n": 2}' },
  { write: 'conf.toml', text: 'top = 1\n[t]\nu = 2\n' },
  { write: 'consts.py', text: 'K = 1\nclass C:\n    v: int = 2\n' },
];

const PLAIN = (choice: Choice): string => `stages:
  prep:
    cmd: mkdir -p out && cp a.csv out/a.csv${choice.chance(0.3) ? ' && true' : ''}
    deps: [a.csv]
    params: [lr${choice.chance(0.5) ? ', model' : ''}${choice.chance(0.2) ? ', absent' : ''}]
    outs:
      - out${choice.chance(0.2) ? ':\n          persist: true' : ''}
  train:
    cmd:
      - cp out/a.csv m.pkl
      - echo '{"acc": 1}' > metrics.json
      - echo 'x,y' > plots.csv
    deps: [out${choice.chance(0.3) ? ', sub/script.py' : ''}]
    params:
      - other.json: [a.b, n]
      - conf.toml: [top, t.u]
      - consts.py: [K, C.v]
      - params.yaml:${choice.chance(0.3) ? '' : ' [model.size]'}
    outs:
      - m.pkl${choice.of(['', ':\n          cache: false', ':\n          push: false', ':\n          remote: second', ':\n          desc: the model'])}
    metrics:
      - metrics.json:
          cache: ${choice.of(['false', 'true'])}
    plots:
      - plots.csv:
          cache: false
          x: x
${choice.of(['', '    frozen: true\n', '    always_changed: true\n', '    desc: trains\n', '    meta: {a: 1}\n'])}`;

const EACH_NAME = `    foreach: \${names}
    do:
      cmd: echo \${item} \${own} > each-\${item}.out
      outs: ['each-\${item}.out']`;
const EACH_VALUE = `    foreach: {p: {v: 1, w: 1.0}, q: {v: true, w: x y}}
    do:
      cmd: echo \${item.v} \${item.w} '\\\${own}' > each-\${key}.out
      outs: ['each-\${key}.out']`;

const TEMPLATED = (choice: Choice): string => `vars:
  - more.yaml
  - own: ${choice.of(['1', '1.0', 'true', 'abc', '[1, 2]', 'null'])}
stages:
  each:
${choice.of([EACH_NAME, EACH_VALUE])}
  grid:
    matrix:
      m: [u, ${choice.of(['v', '1', 'true', '1.5', 'null'])}]
      n: ${choice.of(['[1, 2]', '${more.list}', '[{a: 1}, {a: 2}]'])}
    cmd: echo ${choice.of(['${item.m}', '${key}', '${more.flag}', '${item.m} ${more.d}'])} > grid-\${key}.out
    params: [lr]
    outs: ['grid-\${key}.out']
  lower:
    wdir: ${choice.of(['sub', '${place}', './sub/', 'sub/../sub'])}
    cmd: cp in.txt out.txt
    deps: [in.txt]
    params: [{../params.yaml: [${choice.of(['lr', 'model.size'])}]}]
    outs: [out.txt]
  dict:
    cmd: echo ${choice.of(['${more.d}', '${more.flag}', '${more.list}', '${more.empty}', '${more.f}', '${more.s}'])} > dict.out
    deps: ['\${more.s}.txt']
    outs: [dict.out]
`;

const MORE = (choice: Choice): string => `more:
  list: [1, 2]
  flag: ${choice.of(['true', 'false', 'null'])}
  d: ${choice.of(['{k: v, n: 1, b: true, l: [1, 2]}', '{k: {m: 1.0}}', "{k: 'a b', q: \"it's\"}"])}
  empty: ${choice.of(["''", '{}', '[]'])}
  f: ${choice.of(['1e3', '0.1', '1e-7', '1e22', '100000000000000000.0', '.inf', '-0.0'])}
  s: in
place: sub
`;

/** Writes one of the pipelines anew, with some words changed. */
export function pipeline(choice: Choice): Step[] {
  const lower = { write: 'sub/in.txt', text: 'in\n' };
  switch (choice.below(4)) {
    case 0:
    case 1:
      return [{ write: 'dvc.yaml', text: PLAIN(choice) }];
    case 2:
      return [
        { write: 'dvc.yaml', text: TEMPLATED(choice) },
        { write: 'more.yaml', text: MORE(choice) },
        { write: 'in.txt', text: 'in\n' },
        lower,
      ];
    default:
      return [
        {
          write: 'sub/dvc.yaml',
          text: `stages:\n  copy:\n    cmd: cp in.txt copied.txt\n    deps: [in.txt, ../a.csv]\n    params: [{../params.yaml: [lr]}]\n    outs: [copied.txt${choice.of(['', ': {cache: false}', ': {persist: true}'])}]\n  'odd name': {cmd: 'true', outs: []}\n`,
        },
        lower,
      ];
  }
}
