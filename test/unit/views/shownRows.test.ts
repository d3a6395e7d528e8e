import assert from 'node:assert/strict';
import { ShownRows } from '../../../src/views/shownRows';
import type { TreeRow } from '../../../src/views/treeRow';

interface Drawn {
  readonly row: TreeRow;
  look: string;
  isOpen: boolean;
  /** Not asked for yet, or out of date. */
  beneath: Drawn[] | undefined;
}

/** What an editor does with a tree: it draws what it was given, and asks again only for what it is told of. */
class Editor {
  readonly shown = new ShownRows(
    (row, error) => ({ id: `${row.id}|problem`, label: String(error) }),
    (rows) => {
      this.told.push(rows);
      this.afterwards(() => this.drawAgain(rows));
    },
  );
  private readonly told: (TreeRow[] | undefined)[] = [];
  private top: Drawn[] = [];
  private open = new Set<string>();
  private hasAsked = false;
  private taking: Promise<unknown> = Promise.resolve();
  private drawing: Promise<unknown> = Promise.resolve();

  async take(rows: readonly TreeRow[]): Promise<void> {
    this.told.length = 0;
    this.taking = Promise.all([this.taking, this.shown.take(rows)]);
    if (!this.hasAsked) this.afterwards(() => this.drawAgain(undefined));
    this.hasAsked = true;
    await this.settled();
  }

  /** All that was taken is compared, and all that was told of is drawn. */
  async settled(): Promise<void> {
    await this.taking;
    await this.drawing;
  }

  private afterwards(draw: () => Promise<void>): void {
    this.drawing = this.drawing.then(draw);
  }

  async toggle(id: string): Promise<void> {
    const drawn = this.all().find(({ row }) => row.id === id);
    if (!drawn) return;
    drawn.isOpen = !drawn.isOpen;
    if (drawn.isOpen) this.open.add(id);
    else this.open.delete(id);
    this.shown.fold(drawn.row, !drawn.isOpen);
    if (drawn.isOpen) drawn.beneath ??= await this.draw(await this.shown.below(drawn.row));
  }

  /** Of the rows told of by the last taking. */
  toldIds(): (string | undefined)[] {
    return this.told.flatMap((rows) => rows?.map(({ id }) => id) ?? [undefined]);
  }

  ids(): string[] {
    return this.all().map(({ row }) => row.id);
  }

  text(): string {
    const lines = (rows: readonly Drawn[], indent: string): string[] =>
      rows.flatMap(({ look, isOpen, beneath }) => [indent + look, ...(isOpen ? lines(beneath ?? [], `${indent}  `) : [])]);
    return lines(this.top, '').join('\n');
  }

  private async drawAgain(rows: readonly TreeRow[] | undefined): Promise<void> {
    if (!rows) this.top = await this.draw(this.shown.rows);
    for (const row of rows ?? []) {
      const drawn = this.all().find((each) => each.row === row);
      if (!drawn) continue;
      drawn.look = row.label;
      drawn.beneath = drawn.isOpen ? await this.draw(await this.shown.below(row)) : undefined;
    }
  }

  private draw(rows: readonly TreeRow[]): Promise<Drawn[]> {
    return Promise.all(
      rows.map(async (row) => {
        const isOpen = this.open.has(row.id);
        return { row, look: row.label, isOpen, beneath: isOpen ? await this.draw(await this.shown.below(row)) : undefined };
      }),
    );
  }

  private all(): Drawn[] {
    const within = (rows: readonly Drawn[]): Drawn[] => rows.flatMap((each) => [each, ...within(each.beneath ?? [])]);
    return within(this.top);
  }
}

describe('rows that are shown', () => {
  const leaf = (id: string, label = id): TreeRow => ({ id, label });

  it('are drawn again only where they differ, in the same objects', async () => {
    const editor = new Editor();
    const rows = (name: string): TreeRow[] => [{ id: 'a', label: 'a', children: [leaf('a1', name), leaf('a2')] }, leaf('b')];
    await editor.take(rows('one'));
    assert.deepEqual(editor.toldIds(), [], 'the editor asks first');
    await editor.toggle('a');
    const [a, b] = editor.shown.rows;
    await editor.take(rows('one'));
    assert.deepEqual(editor.toldIds(), [], 'nothing changed');
    await editor.take(rows('two'));
    assert.deepEqual(editor.toldIds(), ['a1']);
    assert.equal(editor.text(), 'a\n  two\n  a2\nb');
    assert.deepEqual([editor.shown.rows[0] === a, editor.shown.rows[1] === b], [true, true]);
    await editor.take([{ id: 'a', label: 'a', children: [leaf('a2')] }, leaf('b')]);
    assert.deepEqual(editor.toldIds(), ['a']);
    await editor.take([leaf('b')]);
    assert.deepEqual(editor.toldIds(), [undefined]);
  });

  it('take with them what commands ask of a row, though it looks the same', async () => {
    const editor = new Editor();
    await editor.take([{ ...leaf('a'), runId: 'old', tooltip: 'same' }]);
    const [row] = editor.shown.rows;
    await editor.take([{ ...leaf('a'), tooltip: 'same', location: 'new' }]);
    assert.deepEqual(editor.toldIds(), []);
    assert.deepEqual(row, { ...leaf('a'), tooltip: 'same', location: 'new' });
  });

  it('read again what is open and reads itself, and leave what is closed to be read when it is opened', async () => {
    const editor = new Editor();
    let reads = 0;
    const rows = (name: string): TreeRow[] => [
      {
        ...leaf('history'),
        load: () => {
          reads++;
          return Promise.resolve([leaf('commit', name)]);
        },
      },
    ];
    await editor.take(rows('first'));
    await editor.toggle('history');
    await editor.take(rows('first'));
    assert.deepEqual([reads, editor.toldIds()], [2, []]);
    await editor.take(rows('second'));
    assert.equal(editor.text(), 'history\n  second');
    await editor.take(
      rows('third, in another order').map((row) => ({ ...row, load: () => Promise.resolve([leaf('other'), leaf('commit')]) })),
    );
    assert.equal(editor.text(), 'history\n  other\n  commit');
    await editor.toggle('history');
    await editor.take(rows('third'));
    assert.deepEqual([reads, editor.toldIds()], [3, ['history']]);
    await editor.take(rows('third'));
    assert.deepEqual([reads, editor.toldIds()], [3, []], 'the editor knows already that it has to ask');
    await editor.toggle('history');
    assert.equal(editor.text(), 'history\n  third');
  });

  it('do not make children before anybody asks for them', async () => {
    const editor = new Editor();
    let made = 0;
    const rows = (): TreeRow[] => [
      {
        ...leaf('many'),
        get children() {
          made++;
          return [leaf('one')];
        },
      },
    ];
    await editor.take(rows());
    await editor.take(rows());
    assert.equal(made, 0);
    await editor.toggle('many');
    assert.equal(editor.text(), 'many\n  one');
  });

  it('show at once what is known where a row is read anew while its own are read, and what is newer when it is there', async () => {
    const editor = new Editor();
    const answers: ((rows: TreeRow[]) => void)[] = [];
    const rows = (): TreeRow[] => [{ ...leaf('a'), load: () => new Promise((resolve) => answers.push(resolve)) }, leaf('b')];
    await editor.take(rows());
    const opened = editor.toggle('a');
    await editor.take(rows());
    answers[0]?.([leaf('old')]);
    await opened;
    assert.equal(editor.text(), 'a\n  old\nb');
    answers[1]?.([leaf('new')]);
    await new Promise(setImmediate);
    await editor.settled();
    assert.equal(editor.text(), 'a\n  new\nb');
  });

  it('wait for no row that reads its own slowly, and read it once at a time, at last as it is then', async () => {
    const editor = new Editor();
    const answers: ((rows: TreeRow[]) => void)[] = [];
    const rows = (name: string): TreeRow[] => [
      { ...leaf('slow'), load: () => new Promise((resolve) => answers.push((rows) => resolve([...rows, leaf(name)]))) },
      leaf('b', name),
    ];
    await editor.take(rows('1'));
    const opened = editor.toggle('slow');
    answers[0]?.([]);
    await opened;
    for (const name of ['2', '3', '4', '5']) void editor.take(rows(name));
    assert.equal(editor.shown.rows[1]?.label, '5');
    assert.equal(answers.length, 2);
    answers[1]?.([]);
    await new Promise(setImmediate);
    assert.equal(answers.length, 3, 'of those that waited only the last');
    answers[2]?.([leaf('x')]);
    await editor.settled();
    assert.equal(editor.text(), 'slow\n  x\n  5\n5');
  });

  it('stay two where an id comes twice', async () => {
    const editor = new Editor();
    const rows = (): TreeRow[] => [leaf('a', 'one'), leaf('a', 'other')];
    await editor.take(rows());
    await editor.take(rows());
    assert.deepEqual(editor.toldIds(), []);
    assert.equal(editor.text(), 'one\nother');
  });

  it('say why what is beneath one can’t be read', async () => {
    const editor = new Editor();
    await editor.take([{ ...leaf('a'), load: () => Promise.reject(new Error('no such file')) }]);
    await editor.toggle('a');
    assert.equal(editor.text(), 'a\n  Error: no such file');
  });

  it('draw a place anew where much in it changed', async () => {
    const editor = new Editor();
    const rows = (round: number): TreeRow[] => [
      { ...leaf('a'), children: Array.from({ length: 1000 }, (_, index) => leaf(`a${index}`, `${index} ${round}`)) },
    ];
    await editor.take(rows(1));
    await editor.toggle('a');
    await editor.take(rows(2));
    assert.deepEqual(editor.toldIds(), ['a']);
    assert.match(editor.text(), /\n {2}999 2$/);
  });

  it('are as if everything were drawn anew, whatever changes and whatever is opened and closed', async () => {
    let seed = 7;
    const below = (limit: number): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return Math.floor((seed / 2 ** 32) * limit);
    };
    const tree = (above: string, depth: number): TreeRow[] => {
      const ids = ['a', 'b', 'c', 'd'].filter(() => below(8) > 0).sort(() => (below(30) === 0 ? -1 : 0));
      return ids.map((name) => {
        const id = above + name;
        const row = leaf(id, `${id} ${below(6) === 0 ? 'other' : 'usual'}`);
        const beneath = depth > 0 && name !== 'd' ? tree(id, depth - 1) : undefined;
        if (!beneath) return row;
        return name === 'a' ? { ...row, load: () => Promise.resolve(beneath) } : { ...row, children: beneath };
      });
    };
    const editor = new Editor();
    const opened = new Set<string>();
    for (let round = 0; round < 400; round++) {
      const rows = tree('', 3);
      await editor.take(rows);
      const expected = async (list: readonly TreeRow[], indent: string): Promise<string[]> =>
        (
          await Promise.all(
            list.map(async (row) => [
              indent + row.label,
              ...(opened.has(row.id) ? await expected(row.load ? await row.load() : (row.children ?? []), `${indent}  `) : []),
            ]),
          )
        ).flat();
      assert.equal(editor.text(), (await expected(rows, '')).join('\n'), `round ${round}`);
      for (let turn = below(4); turn > 0; turn--) {
        const ids = editor.ids().filter((id) => !id.endsWith('d') && id.length < 4);
        const id = ids[below(ids.length)];
        if (id === undefined) continue;
        await editor.toggle(id);
        if (!opened.delete(id)) opened.add(id);
      }
    }
  });
});
