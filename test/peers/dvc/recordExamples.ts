import type { RepositoryFiles } from './recordCases';

const digest = 'd41d8cd98f00b204e9800998ecf8427e';
const other = 'b026324c6904b2a9cb4b88d6d61c81d1';
const params = 'lr: 1.0\neps: 1e-5\nname: x y\nflag: true\nnothing: ~\nn: 3\nl: [1, two, 3.0]\nnested: {a: {b: [{c: deep}]}, s: t}\n';

const python = String.raw`# constants
import os
A = 1
B = -2.5
C: float = 1e-7
D = 'it''s' "joined" \
    "more"
E = [1, 'two', (3, 4), {'k': None}]
F = {'a': {'b': [1, 2]}, 2: 'two'}
G = (1, "x", [2])
H = {1, 2, 2}
I = 1, 2
J = os.path
K = A + 1
L = M = 3
N = f"{A}"
O = b'\x00a'
P = r'\n', '\t\x41\u00e9\U0001F600\101'
Q = """long
  text"""
R = 0x1F + 0
S = 0b11; T = 0o17; U = 1_000
V = True if A else False
W = ...
X = set()
Y = - 3
Z = --3
AA = 1 + 2j
AB = [x for x in []]
AC = {'a': 1, **F}
AD: int
self.attr = 5
a.b = 6
AE = (1)
AF = ()
AG = (1,)
AH += 1
x, y = 1, 2
[z] = [3]
AI = [
    1,  # one
    2,
]
if A:
    INNER = 1
def f(a=1):
    LOCAL = 2
    return LOCAL
class Train(Base, metaclass=Meta):
    """Doc."""
    lr = 0.1
    opt = {'name': 'adam', 'deep': {'x': 1}}
    class Inner:
        z = 9
    def __init__(self, a: dict = {'x': 1}) -> None:
        self.hidden = 128
        other = 5
        self.computed = a
        self.t: int = 7
    def other(self):
        self.no = 1
    @property
    def p(self): return 1
class Short: q = 4; r = 5
async def g():
    pass
for i in range(3): LOOP = i
AJ = "é"
AK = 12345678901234567890123
AL = 1.0
AM = not True
AN = "a" "b" if A else "c"
AO = lambda: 1
AP = {"k" : [ 1 , 2 ] , }
AQ = -1.5e3j
`;

/** Repositories written by hand, each for one of DVC's rules. */
export const writtenCases: Readonly<Record<string, RepositoryFiles>> = {
  plain: {
    'dvc.yaml': 'stages:\n  a:\n    cmd: x\n    deps: [x, ./y, ../up, /abs/z, https://h/p]\n    outs: [o]\n',
    'dvc.lock': `schema: '2.0'\nstages:\n  a:\n    cmd: x\n    deps:\n    - path: x\n      md5: ${digest}\n      hash: md5\n      size: 3\n    - path: ./y\n      md5: ${digest}.dir\n      nfiles: 2\n    - path: ../up\n      md5: ${other}\n    - path: /abs/z\n      md5: ${other}\n    - path: https://h/p\n      checksum: abc\n    outs:\n    - path: o\n      md5: ${digest}\n      isexec: true\n  gone:\n    cmd: y\n`,
  },
  'changed command': { 'dvc.yaml': 'stages:\n  a: {cmd: x}\n', 'dvc.lock': "schema: '2.0'\nstages:\n  a:\n    cmd: y\n" },
  'list of commands': {
    'dvc.yaml': 'stages:\n  a:\n    cmd: [x, "y ${z}"]\nvars: [{z: 1}]\n',
    'dvc.lock': "schema: '2.0'\nstages:\n  a:\n    cmd:\n    - x\n    - y 1\n",
  },
  texts: {
    'params.yaml': params,
    'dvc.yaml':
      'stages:\n  a:\n    cmd: r ${lr} ${eps} ${name} ${flag} ${nothing} ${n} ${l[0]} ${l.1} ${l[-1]} ${nested.a.b[0].c} \\${lr} ${ n }\n',
  },
  'dict into a command': {
    'params.yaml': 'd: {a: 1, b: true, c: false, s: "q \' u", l: [1, "a b", true, 2.0], n: {x: {y: ~}}, e: {}, el: [], f: 1e-7}\n',
    'dvc.yaml': 'stages:\n  a:\n    cmd: r ${d}\n',
  },
  'dict into a command, otherwise': {
    '.dvc/config': '[core]\n    no_scm = True\n[parsing]\n    bool = boolean_optional\n    list = append\n',
    'params.yaml': 'd: {b: true, c: false, l: [1, "a b", x]}\n',
    'dvc.yaml': 'stages:\n  a:\n    cmd: r ${d}\n',
  },
  'dict into deps': { 'params.yaml': params, 'dvc.yaml': 'stages:\n  a:\n    cmd: x\n    deps: ["${nested}"]\n' },
  'list in a list into a command': { 'params.yaml': 'd: {l: [[1]]}\n', 'dvc.yaml': 'stages:\n  a:\n    cmd: x ${d}\n' },
  'list into a command': { 'params.yaml': params, 'dvc.yaml': 'stages:\n  a:\n    cmd: x ${l}\n' },
  'unknown name': { 'dvc.yaml': 'stages:\n  a:\n    cmd: x ${nope}\n' },
  'no name': { 'dvc.yaml': 'stages:\n  a:\n    cmd: x ${}\n' },
  'a bad name': { 'dvc.yaml': 'vars: [{a: 1}]\nstages:\n  a:\n    cmd: x ${a[}\n' },
  'vars of files': {
    'v.json': '{"j": {"x": 1.0, "y": [1, 2]}, "k": "v"}',
    'sub/w.toml': 't = 1.50\nu = 2020-01-01T00:00:00Z\n[w]\nx = [1, 2]\n',
    'm.py':
      'A = 1\nB = "b"\nclass C:\n    D = {"e": 2}\n    def __init__(self):\n        self.f = 3.0\n        g = 4\nH = A + 1\nI: int = 5\n',
    'dvc.yaml':
      'vars: [v.json, "sub/w.toml:t,w", m.py]\nstages:\n  a:\n    cmd: x ${j.x} ${k} ${t} ${w.x[1]} ${A} ${B} ${C.D.e} ${C.f} ${I}\n',
  },
  'a file with a date': { 'v.toml': 'u = 2020-01-01\n', 'dvc.yaml': 'vars: [v.toml]\nstages:\n  a:\n    cmd: x\n' },
  'a tuple in a file': { 'v.py': 'u = (1, 2)\n', 'dvc.yaml': 'vars: [v.py]\nstages:\n  a:\n    cmd: x\n' },
  'vars that collide': { 'params.yaml': params, 'dvc.yaml': 'vars: [{lr: 2}]\nstages:\n  a:\n    cmd: x\n' },
  'vars that merge': { 'params.yaml': params, 'dvc.yaml': 'vars: [{nested: {z: 2}}]\nstages:\n  a:\n    cmd: x ${nested.z} ${nested.s}\n' },
  'vars twice': { 'v.yaml': 'a: 1\nb: 2\n', 'dvc.yaml': 'vars: [v.yaml, v.yaml]\nstages:\n  a:\n    cmd: x\n' },
  'vars in part twice': { 'v.yaml': 'a: 1\nb: 2\n', 'dvc.yaml': 'vars: ["v.yaml:a", "v.yaml:b"]\nstages:\n  a:\n    cmd: x ${a} ${b}\n' },
  'vars in part, then all': { 'v.yaml': 'a: 1\nb: 2\n', 'dvc.yaml': 'vars: ["v.yaml:a", v.yaml]\nstages:\n  a:\n    cmd: x\n' },
  'vars that are absent': { 'dvc.yaml': 'vars: [nope.yaml]\nstages:\n  a:\n    cmd: x\n' },
  'templates in vars': { 'params.yaml': params, 'dvc.yaml': 'vars: [{q: "${lr}"}]\nstages:\n  a:\n    cmd: x\n' },
  "a stage's vars": {
    'params.yaml': params,
    'sub/v.yaml': 'own: 7\n',
    'dvc.yaml':
      'stages:\n  a:\n    wdir: ${w}\n    vars: [v.yaml, {more: 1}]\n    cmd: x ${own} ${more}\n  b:\n    cmd: y ${own}\nvars: [{w: sub}]\n',
  },
  "a stage's vars alone": {
    'sub/v.yaml': 'own: 7\n',
    'dvc.yaml':
      'vars: [{w: sub}]\nstages:\n  a:\n    wdir: ${w}\n    vars: [v.yaml, {more: 1}]\n    cmd: x ${own} ${more}\n    deps: [d]\n    outs: [../o, "/abs/p"]\n',
  },
  foreach: {
    'params.yaml': params,
    'dvc.yaml':
      'stages:\n  a:\n    foreach: [x, 1, 2.5, ~, true]\n    do: {cmd: "r ${item}", outs: ["${item}.o"]}\n  b:\n    foreach: {k: 1, 2: {v: w}}\n    do: {cmd: "r ${key} ${item}"}\n  c:\n    foreach: ${nested.a.b}\n    do: {cmd: "r ${item.c}"}\n  d:\n    foreach: ${l}\n    do: {cmd: "r ${item}"}\n  e:\n    foreach: [["p"], {q: 1}]\n    do: {cmd: x, wdir: "sub"}\n  f:\n    foreach: ["${flag}", "${n}", true]\n    do: {cmd: "r ${item}"}\n',
  },
  'foreach over a text': { 'dvc.yaml': 'vars: [{t: abc}]\nstages:\n  a:\n    foreach: ${t}\n    do: {cmd: x}\n' },
  'foreach with more beside it': { 'dvc.yaml': 'stages:\n  a:\n    foreach: [1]\n    do: {cmd: x}\n    desc: y\n' },
  'foreach with an @': { 'dvc.yaml': 'stages:\n  a:\n    foreach: [x@y]\n    do: {cmd: x}\n' },
  'foreach that hides item': {
    'dvc.yaml': 'vars: [{item: 1}]\nstages:\n  a:\n    foreach: [x]\n    do: {cmd: "r ${item}"}\n  b: {cmd: "r ${item}"}\n',
  },
  'foreach whose vars set item': { 'dvc.yaml': 'stages:\n  a:\n    foreach: [x]\n    do: {cmd: "r ${item}", vars: [{item: 2}]}\n' },
  'key in a list': { 'dvc.yaml': 'stages:\n  a:\n    foreach: [x]\n    do: {cmd: "r ${key}"}\n' },
  matrix: {
    'params.yaml': params,
    'dvc.yaml':
      'stages:\n  a:\n    matrix:\n      m: [x, y]\n      n: ["${n}", true, "${flag}", 1.5]\n      d: [{p: 1}, [2]]\n      l: ${l}\n    cmd: r ${item.m} ${item.n} ${key} ${item.l}\n    outs: ["${key}"]\n',
  },
  'an empty matrix': { 'dvc.yaml': 'stages:\n  a:\n    matrix: {m: []}\n    cmd: x\n' },
  outs: {
    'dvc.yaml':
      'stages:\n  a:\n    cmd: x\n    outs: [o, p: {cache: false, persist: true, remote: r, push: false, desc: d, type: t, labels: [l, k], meta: {z: 1}}, {q: {cache: false}, r: {}}, q]\n    metrics: [m, n: {cache: false}]\n    plots: [p1, p2: {x: a, y: b, cache: false}]\n',
  },
  params: {
    'dvc.yaml':
      'stages:\n  a:\n    cmd: x\n    params: [lr, a.b, {o.json: [x, y]}, {o.json: [z], w.toml: []}, {whole.yaml: ~}, lr]\n  b:\n    cmd: x\n    params: [lr, {params.yaml: ~}]\n',
    'dvc.lock':
      "schema: '2.0'\nstages:\n  a:\n    cmd: x\n    params:\n      params.yaml: {lr: 1.0, stale: 2}\n      o.json: {x: [1, {y: 2}], z: ~}\n      w.toml: {q: 2020-01-01, r: true}\n  b:\n    cmd: x\n    params:\n      params.yaml: {lr: 1, all: 2}\n",
  },
  'params of Python': {
    'p.py': python,
    'dvc.yaml':
      'stages:\n  a: {cmd: x, params: [{p.py: ~}]}\n  b: {cmd: x, params: [{p.py: [A, Train.lr, Train.opt.deep.x, Train.Inner.z, E.2.1, E.-1.k, "F.*.b", F.2, Train.hidden, G.1, nope]}]}\n',
  },
  'params of TOML': {
    'p.toml':
      'a = 1\nb = 1.0\nc = 0x1f\nd = [1, 2.5]\ne = 1979-05-27T07:32:00Z\nf = 07:32:00\ng = inf\nh.i.j = true\n[[k]]\nl = "m"\n[[k]]\nl = 9007199254740993\n',
    'dvc.yaml': 'stages:\n  a: {cmd: x, params: [{p.toml: ~}]}\n  b: {cmd: x, params: [{p.toml: [h.i.j, k.1.l, "k.*.l", d.-1]}]}\n',
  },
  'params of JSON': {
    'p.json':
      '{"a": 1, "b": 1.0, "c": [NaN, Infinity, -Infinity, "NaN"], "d": 12345678901234567890123, "e": {"2": 1, "1": 2}, "e": {"f": null}}',
    'dvc.yaml': 'stages:\n  a: {cmd: x, params: [{p.json: ~}]}\n  b: {cmd: x, params: [{p.json: [e.f, "c.[03]", "**.f"]}]}\n',
  },
  'params of YAML': {
    'params.yaml': 'a: {b: [1, {c: 2}]}\nd.e: 3\n1: one\n2020-01-01: date\n"": empty\nn: ~\nt: 2020-01-01 10:00:00\ns: !!set {a, b}\n',
    'sub/dvc.yaml': 'stages:\n  a: {cmd: x, params: [{../params.yaml: [a.b.1.c, a.b.-1.c, n, "1"]}]}\n',
  },
  'params that can’t be read': {
    'p.json': '{',
    'p.toml': 'a',
    'p.py': 'a = (1',
    'p.yaml': 'a: [',
    'e.json': '[]',
    'e.yaml': '',
    'e.py': '',
    'n.json': '3',
    'dvc.yaml':
      'stages:\n  a: {cmd: x, params: [{p.json: [a]}, {p.toml: ~}, {p.py: ~}, {p.yaml: [a]}, {e.json: ~}, {e.yaml: [a]}, {e.py: ~}]}\n',
  },
  'everything else of a stage': {
    'dvc.yaml':
      'stages:\n  a:\n    cmd: x\n    frozen: true\n    always_changed: true\n    desc: what it does\n    meta: {k: [1, {v: 2}]}\n    wdir: sub/deep\n    deps: [../d]\n',
  },
  'beside the stages': {
    'params.yaml': params,
    'dvc.yaml':
      'params: [p.yaml, "${name}"]\nmetrics: [m.json]\nplots: [a.csv, b: {x: c, y: {d.csv: [e, f]}}, {g: ~}]\nartifacts:\n  model: {path: "${nested.s}", type: t, labels: [l], meta: {n: 1}}\ndatasets: [{name: d, type: dvc, url: u}]\n',
  },
  'numbers of YAML': {
    'params.yaml':
      'a: 010\nb: 0o17\nc: 0x1F\nd: 1_000\ne: +1\nf: .5\ng: 1.\nh: 1e3\ni: .inf\nj: 12:30\nk: yes\nl: "0b11"\nm: 0b11\nn: 12345678901234567890\no: -0\np: 1.0e+16\nq: -.inf\n',
    'dvc.yaml': 'stages:\n  a:\n    cmd: ${a} ${b} ${c} ${d} ${e} ${f} ${g} ${h} ${i} ${j} ${k} ${l} ${m} ${n} ${o} ${p} ${q}\n',
  },
  'anchors and merges': {
    'dvc.yaml':
      'vars: [{base: &b {x: 1, y: 2}, more: {<<: *b, y: 3}, both: {<<: [{x: 5}, *b], z: 4}}]\nstages:\n  a:\n    cmd: ${more.x} ${more.y} ${both.x} ${both.y} ${both.z}\n',
  },
  'keys twice': { 'dvc.yaml': 'stages:\n  a: {cmd: x}\n  a: {cmd: y}\n' },
  'an unknown key': { 'dvc.yaml': 'stages:\n  a: {cmd: x, dep: [y]}\n' },
  'no command': { 'dvc.yaml': 'stages:\n  a: {deps: [y]}\n' },
  'a tag': { 'dvc.yaml': 'stages:\n  a: {cmd: !x y}\n' },
  'nothing at all': { 'dvc.yaml': '' },
  'a subfolder': { 'sub/dvc.yaml': 'stages:\n  a: {cmd: "x ${v}", deps: [d]}\n', 'sub/params.yaml': 'v: 1\n', 'params.yaml': 'v: 2\n' },
  'a record of DVC 3': { 'a.dvc': `outs:\n- md5: ${digest}\n  size: 3\n  hash: md5\n  path: a\n` },
  'a record of DVC 2': {
    'a.dvc': `md5: ${other}\nouts:\n- md5: ${digest}\n  size: 3\n  path: a\n  cache: false\nfrozen: true\nwdir: sub\n`,
  },
  'a record with everything': {
    'a.dvc': `outs:\n- md5: ${digest}.dir\n  size: 3\n  nfiles: 4\n  hash: md5\n  path: a\n  desc: d\n  type: t\n  labels: [x, 1.5y]\n  meta: {k: v}\n  remote: r\n  push: false\n  persist: true\ndesc: all\nmeta: {a: 1}\nalways_changed: true\n`,
  },
  'an import of a URL': {
    'a.dvc': `md5: ${other}\nfrozen: true\ndeps:\n- checksum: '"abc"'\n  size: 5\n  hash: md5\n  path: https://example.org/a\nouts:\n- md5: ${digest}\n  size: 5\n  hash: md5\n  path: a\n`,
    'b.dvc': `md5: ${other}\ndeps:\n- md5: ${digest}\n  size: 5\n  path: ../outside\nouts:\n- md5: ${digest}\n  path: b\nwdir: sub\n`,
    'c.dvc': `deps:\n- md5: ${digest}\n  hash: md5\n  path: in/side\nouts:\n- path: c\n`,
  },
  'an import of a database': {
    'a.dvc': `md5: ${other}\ndeps:\n- db:\n    query: select 1\n    connection: pg\n    file_format: csv\nouts:\n- md5: ${digest}\n  hash: md5\n  path: a.csv\n`,
  },
  'versioned files': {
    'a.dvc': `outs:\n- path: a\n  hash: md5\n  files:\n  - size: 3\n    version_id: x1\n    etag: etag1\n    md5: ${digest}\n    relpath: f1\n  - size: 4\n    md5: ${other}\n    cloud:\n      s3:\n        etag: etag2\n        version_id: v2\n    relpath: sub/é\n`,
    'b.dvc': `outs:\n- path: b\n  hash: md5\n  md5: ${digest}\n  size: 3\n  cloud:\n    s3:\n      etag: etag\n      version_id: v\n`,
  },
  'ignored records': {
    '.dvcignore': '*.tmp.dvc\n/skip\nsub/*\n!sub/keep.dvc\n',
    'a.tmp.dvc': 'junk',
    'skip/dvc.yaml': 'junk',
    'sub/b.dvc': 'junk',
    'sub/keep.dvc': `outs:\n- path: ../k\n`,
  },
  'an out that is ignored': { '.dvcignore': 'sub/*\nx\n', 'sub.dvc': 'outs:\n- path: sub/k\n' },
  'a dep that is ignored': { '.dvcignore': 'x\n', 'dvc.yaml': 'stages:\n  a: {cmd: x, deps: [y/x]}\n' },
  'an out that is ignored as a folder': { '.dvcignore': 'x/\n', 'dvc.yaml': 'stages:\n  a: {cmd: x, outs: [y/x]}\n' },
  'an out below what is ignored': { 'y/.dvcignore': 'x\n', 'dvc.yaml': 'stages:\n  a: {cmd: x, outs: [y/x/z]}\n' },
  'a dep that is a record': { 'dvc.yaml': 'stages:\n  a: {cmd: x, deps: [y.dvc]}\n' },
  'an out in .dvc': { 'dvc.yaml': 'stages:\n  a: {cmd: x, outs: [.dvc/x]}\n' },
  'line breaks of Unicode': {
    'dvc.yaml':
      'vars:\n- a: \'x\u2028   y\'\n- b: \'x \x85\x85 y\'\n- c: "x\\L  y"\n- d: "x \u2029 \u2028 y"\nstages:\n  s:\n    cmd: ${a}|${b}|${c}|${d}|x\u2028  y\n',
    'a.dvc': `outs:\n- md5: ${digest}\n  path: 'a\u2028    b'\n`,
    'b.dvc': `outs:\n- md5: ${digest}\n  path: 'b\x85    c'\n`,
  },
  'parameters at any depth': {
    'dvc.yaml':
      'stages:\n  a:\n    cmd: x\n    params: ["b.**", "**.z", "deep.**.z", "**"]\n  b:\n    cmd: x\n    params: ["**"]\n  c:\n    cmd: x\n    params: ["**.z.**"]\n',
    'params.yaml': 'b: 1\ndeep: {z: 2}\n',
  },
  'one parameter for a pattern of any depth': { 'dvc.yaml': 'stages:\n  a:\n    cmd: x\n    params: ["**"]\n', 'params.yaml': 'b: 1\n' },
  'a dep without a name': { 'dvc.yaml': 'vars:\n- d: ""\nstages:\n  s:\n    cmd: x\n    deps: ["${d}"]\n' },
  'a dep without a name in a record': { 'a.dvc': 'deps:\n- path: ""\nouts:\n- path: x\n' },
  'an out and a params file without a name': { 'dvc.yaml': 'stages:\n  s:\n    cmd: x\n    params: [{"": [a]}]\n    outs: [""]\n' },
  'a lock that is ignored': { '.dvcignore': 'dvc.lock\n', 'dvc.yaml': 'stages:\n  a: {cmd: x}\n', 'dvc.lock': 'junk: [' },
  'a repository below': { 'sub/.dvc/config': '', 'sub/a.dvc': 'junk', 'b.dvc': 'outs:\n- path: b\n' },
  'records in an out': { 'd.dvc': `outs:\n- path: d\n`, 'd/x.dvc': 'junk', 'd/deep/dvc.yaml': 'junk' },
};
