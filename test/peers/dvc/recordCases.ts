/** Paths of a repository to the texts of its files. */
export type RepositoryFiles = Readonly<Record<string, string>>;

/** A scalar as it is to be written. */
class Raw {
  constructor(readonly text: string) {}
}
type Piece = string | Raw | readonly Piece[] | { readonly [key: string]: Piece };

const NAMES = ['a', 'b', 'c', 'd_e', 'f-g'];
const SCALARS = [
  '1',
  '2.0',
  '1e-5',
  'true',
  'False',
  '~',
  '0.1',
  '10',
  '1e3',
  '-3',
  '2.50',
  '1_0',
  '0x1f',
  '12345678901234567890123',
  '.5',
  'yes',
];
const TEXTS = ['x', 'two words', "it's", 'q"q', 'true', '1', '', 'é 😀', '$HOME', 'a/b.c', '\\t'];
const DIGESTS = ['d41d8cd98f00b204e9800998ecf8427e', 'b026324c6904b2a9cb4b88d6d61c81d1', 'd41d8cd98f00b204e9800998ecf8427e.dir'];

/** Makes up repositories: pipelines with templates, what they load, locks, `.dvc` files. The same seed gives the same ones. */
export class RecordCases {
  private state: number;

  constructor(seed: number) {
    this.state = seed;
  }

  /** A pipeline and its params files. */
  files(): RepositoryFiles {
    const params = this.dict(2);
    const extra = { own: this.value(1), deep: this.dict(2) };
    const known = [...pathsOf(params), ...pathsOf(extra)];
    const more = this.chance(0.4);
    const moreNames = { fromFile: this.value(1), other: this.dict(1) };
    if (more) known.push(...pathsOf(moreNames));
    const vars: Piece[] = [extra, ...(more ? [this.pick(['more.yaml', 'more.json', 'more.yaml:fromFile,other'])] : [])];
    const stages: Record<string, Piece> = {};
    for (let i = this.below(3); i >= 0; i--) stages[this.pick(['train', 'prep', 'eval', `s${i}`])] = this.entry(known);
    const pipeline: Record<string, Piece> = { vars, stages };
    if (this.chance(0.2)) pipeline['metrics'] = [this.template(known), 'm.json'];
    if (this.chance(0.2)) pipeline['plots'] = ['p.csv', { [this.pick(['q.csv', 'title'])]: { x: 'u', y: this.template(known) } }];
    if (this.chance(0.2)) pipeline['artifacts'] = { model: { path: this.template(known), labels: ['l'] } };
    return {
      'dvc.yaml': write(pipeline),
      'params.yaml': write(params),
      'more.yaml': write(moreNames),
      // JSON has numbers of its own.
      'w.toml': 'a = 1.0\nb = [1, 2, {c = true}]\n[d_e]\na = "x"\nb = 2020-01-01\nc = 1e400\n',
      'more.json': write(moreNames).replace(/(?<=[ {[])(?:False|~|1_0|0x1f|\.5|yes|True)(?=[,}\]])/g, '4.0'),
    };
  }

  /** A lock with some of these stages, which fits them more or less. */
  lock(names: readonly string[]): RepositoryFiles {
    if (this.chance(0.2)) return {};
    const stages: Record<string, Piece> = {};
    for (const name of names) {
      if (this.chance(0.2)) continue;
      const paths = (): Piece[] =>
        this.some(3, () => ({ ...this.hash(), path: this.pick(['x', 'y.csv', 'o.1', 'sub/z', 'train', '../up']) }));
      const values = (): Piece => Object.fromEntries(this.some(3, () => [this.pick(NAMES), this.value(1)]));
      stages[name] = {
        cmd: this.pick<Piece>(['x', ['x', 'y'], 'python go.py']),
        ...(this.chance(0.7) && { deps: paths() }),
        ...(this.chance(0.7) && { params: { 'params.yaml': values(), 'o.json': values() } }),
        ...(this.chance(0.7) && { outs: paths() }),
      };
    }
    return { 'dvc.lock': write({ schema: '2.0', stages }) };
  }

  /** A `.dvc` file. */
  record(): RepositoryFiles {
    const out = {
      ...this.hash(),
      path: this.pick(['data', 'sub/é.csv', './x', '../r/y', 'true']),
      ...(this.chance(0.2) && { cache: new Raw(this.pick(['true', 'false'])) }),
      ...(this.chance(0.2) && { persist: new Raw('true') }),
      ...(this.chance(0.2) && { push: new Raw('false') }),
      ...(this.chance(0.2) && { remote: 'r' }),
      ...(this.chance(0.2) && { desc: this.pick(TEXTS), type: 't', labels: ['l', 'm'], meta: this.value(2) }),
    };
    const dep = { ...this.hash(), path: this.pick(['in/x', '../../out', '/abs/y', 'https://h/p', './z']) };
    const stage = {
      ...(this.chance(0.5) && { md5: this.pick(DIGESTS).slice(0, 32) }),
      ...(this.chance(0.3) && { frozen: new Raw(this.pick(['true', 'false'])) }),
      ...(this.chance(0.3) && { wdir: this.pick(['sub', '.', '..']) }),
      ...(this.chance(0.2) && { desc: this.pick(TEXTS), meta: this.value(2) }),
      ...(this.chance(0.2) && { always_changed: new Raw(this.pick(['true', 'false'])) }),
      ...(this.chance(0.6) && { deps: this.chance(0.2) ? [dep, { path: 'more' }] : [dep] }),
      outs: [out],
    };
    return { 'sub/r.dvc': write(stage) };
  }

  private entry(known: readonly string[]): Piece {
    const kind = this.below(10);
    if (kind < 2) {
      const data = this.pick<Piece>([this.some(3, () => this.value(1)), this.dict(1), `\${${this.branch(known)}}`]);
      return { foreach: data, do: this.stage([...known, 'item', 'item', 'key', 'item.a', 'item.b']) };
    }
    if (kind < 4) {
      const axes = Object.fromEntries(
        this.pick([['a'], ['a', 'b'], ['b', 'a']]).map((axis): [string, Piece] => [
          axis,
          this.chance(0.2)
            ? `\${${this.branch(known)}}`
            : this.some(3, () => (this.chance(0.2) ? `\${${this.leaf(known)}}` : this.value(1))),
        ]),
      );
      return { matrix: axes, ...(this.stage([...known, 'key', 'item.a', 'item.a']) as Record<string, Piece>) };
    }
    return this.stage(known);
  }

  private stage(known: readonly string[]): Piece {
    const path = (): Piece => (this.chance(0.4) ? this.template(known) : this.pick(['x', './x', 'y.csv', 'sub/z', '../up', '/abs']));
    const out = (): Piece =>
      this.chance(0.6)
        ? this.pick(['x', 'o.1', 'y.csv', this.template(known)])
        : {
            [this.pick(['x', 'train', 'q', '${own}'])]: {
              cache: new Raw(this.pick(['true', 'false'])),
              ...(this.chance(0.3) && { desc: this.template(known) }),
            },
          };
    const names = (): string[] =>
      this.some(2, () => this.pick([...NAMES, 'a.b', 'own', 'a.*', '**.b', 'a.0', 'a.-1', '*', 'd_e.[ab]', '?', 'b.**', '.a', 'a.']));
    const optional: Record<string, Piece> = {
      deps: this.some(3, path),
      outs: this.some(3, out),
      metrics: this.some(2, out),
      plots: this.some(2, out),
      params: this.some(3, () =>
        this.chance(0.5) ? this.pick(NAMES) : { [this.pick(['params.yaml', 'more.json', 'o.json', 'w.toml'])]: names() },
      ),
      wdir: this.pick(['sub', '.', 'sub/deep', this.template(known)]),
      frozen: new Raw(this.pick(['true', 'false'])),
      always_changed: new Raw('true'),
      desc: this.template(known),
      meta: { k: this.value(2), t: this.template(known) },
    };
    const chosen = Object.entries(optional).filter(([, piece]) => this.chance(0.35) && !(Array.isArray(piece) && piece.length === 0));
    return { cmd: this.chance(0.2) ? [this.template(known), 'y'] : this.template(known), ...Object.fromEntries(chosen) };
  }

  /** A text with templates, most of which lead somewhere. */
  private template(known: readonly string[]): string {
    const one = (): string => {
      const name = this.leaf(known);
      return this.pick([`\${${name}}`, `\${${name}}`, `\${ ${name} }`, `\${${name.replace(/\.(\d+)/g, '[$1]')}}`]);
    };
    return this.pick([
      'python go.py',
      one(),
      `run ${one()}`,
      `${one()}.${this.pick(['o', 'csv'])}`,
      `\\${one()} ${one()}`,
      this.chance(0.05) ? '${nope}' : 'x',
      this.chance(0.05) ? '${a..b}' : 'y.csv',
    ]);
  }

  /** Mostly a name of a scalar: of a text in which a whole list or dict is to stand dvc takes nothing. */
  private leaf(known: readonly string[]): string {
    return this.oneOf(known, (name) => !isBranch(name, known));
  }

  private branch(known: readonly string[]): string {
    return this.oneOf(known, (name) => isBranch(name, known));
  }

  private oneOf(known: readonly string[], isWanted: (name: string) => boolean): string {
    const wanted = known.filter(isWanted);
    return this.pick(wanted.length > 0 && this.chance(0.9) ? wanted : known);
  }

  private hash(): Record<string, Piece> {
    const digest = this.pick(DIGESTS);
    return {
      ...(this.chance(0.9) && { md5: digest }),
      ...(this.chance(0.6) && { hash: 'md5' }),
      ...(this.chance(0.5) && { size: new Raw('12') }),
      ...(digest.endsWith('.dir') && { nfiles: new Raw('2') }),
      ...(this.chance(0.2) && { isexec: new Raw('true') }),
      ...(this.chance(0.2) && { etag: 'etag1' }),
    };
  }

  private dict(depth: number): Record<string, Piece> {
    return Object.fromEntries(this.some(4, () => [this.pick(NAMES), this.value(depth)]));
  }

  private value(depth: number): Piece {
    const kind = this.below(depth > 0 ? 8 : 5);
    if (kind < 3) return new Raw(this.pick(SCALARS));
    if (kind < 5) return this.pick(TEXTS);
    if (kind < 6) return this.some(3, () => this.value(depth - 1));
    return this.dict(depth - 1);
  }

  private some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: 1 + this.below(most) }, make);
  }

  private chance(share: number): boolean {
    return this.below(1000) < share * 1000;
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  private below(end: number): number {
    this.state = (Math.imul(this.state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (this.state >>> 8) % end;
  }
}

function isBranch(name: string, known: readonly string[]): boolean {
  return known.some((other) => other.startsWith(`${name}.`));
}

function pathsOf(piece: Piece, path = ''): string[] {
  const own = path === '' ? [] : [path];
  if (typeof piece === 'string' || piece instanceof Raw) return own;
  const join = (key: string): string => (path === '' ? key : `${path}.${key}`);
  return [...own, ...Object.entries(piece).flatMap(([key, item]) => pathsOf(item, join(key)))];
}

/** As YAML in flow style, which is JSON where every text is quoted. */
function write(piece: Piece): string {
  return `${text(piece)}\n`;
}

function text(piece: Piece): string {
  if (piece instanceof Raw) return piece.text;
  if (typeof piece === 'string') return JSON.stringify(piece);
  if (Array.isArray(piece)) return `[${(piece as readonly Piece[]).map(text).join(', ')}]`;
  const entries = Object.entries(piece as Readonly<Record<string, Piece>>);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${text(item)}`).join(', ')}}`;
}
