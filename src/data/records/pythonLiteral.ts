import { pythonEquals } from './pythonEquality';
import type { PythonToken } from './pythonTokens';
import { OtherValue } from './plainValue';
import { PythonFloat, floatText, pythonInt, toPlain, type PythonDict, type PythonValue } from './pythonValue';

/** The value of an expression that is a literal, as `ast.literal_eval` has it; undefined for any other. */
export function pythonLiteral(tokens: readonly PythonToken[]): PythonValue | undefined {
  try {
    const parser = new LiteralParser(tokens);
    const value = parser.items();
    return parser.isAtEnd ? value : undefined;
  } catch (error) {
    if (error instanceof NoLiteral) return undefined;
    throw error;
  }
}

class NoLiteral extends Error {}

class LiteralParser {
  private at = 0;

  constructor(private readonly tokens: readonly PythonToken[]) {}

  get isAtEnd(): boolean {
    return this.at === this.tokens.length;
  }

  /** One value, or a tuple without parentheses. */
  items(closing?: string): PythonValue {
    const items = [this.value()];
    let isTuple = false;
    while (this.accept(',')) {
      isTuple = true;
      if (this.isAtEnd || (closing !== undefined && this.peek() === closing)) break;
      items.push(this.value());
    }
    return isTuple ? new OtherValue('tuple', '', items.map(toPlain)) : (items[0] ?? null);
  }

  private value(): PythonValue {
    const left = this.signed();
    const sign = this.peek();
    if (sign !== '+' && sign !== '-') return left;
    this.at++;
    const right = this.atom();
    // The one sum that is a literal is a complex number.
    if (!isNumber(left) || !(right instanceof OtherValue) || right.kind !== 'complex') throw new NoLiteral();
    const imaginary = Number(right.text.slice(0, -1)) * (sign === '-' ? -1 : 1);
    return complexOf(Number(left instanceof PythonFloat ? left.value : left), imaginary);
  }

  private signed(): PythonValue {
    const sign = this.peek();
    if (sign !== '+' && sign !== '-') return this.atom();
    this.at++;
    const value = this.atom();
    if (value instanceof OtherValue && value.kind === 'complex')
      return sign === '-' ? complexOf(-0, -Number(value.text.slice(0, -1))) : value;
    if (!isNumber(value)) throw new NoLiteral();
    if (sign === '+') return value;
    return value instanceof PythonFloat ? new PythonFloat(-value.value) : typeof value === 'bigint' ? pythonInt(-value) : 0 - value;
  }

  private atom(): PythonValue {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new NoLiteral();
    if (token.kind === 'number') return numberOf(token.text);
    if (token.kind === 'string') return this.strings(token.text);
    switch (token.text) {
      case '...':
        return new OtherValue('ellipsis', 'Ellipsis');
      case 'None':
        return null;
      case 'True':
        return true;
      case 'False':
        return false;
      case '(':
        return this.parenthesized();
      case '[':
        return this.sequence(']');
      case '{':
        return this.dictOrSet();
      case 'set':
        // The one call that counts as a literal.
        if (!this.accept('(') || !this.accept(')')) throw new NoLiteral();
        return new OtherValue('set', '');
      default:
        throw new NoLiteral();
    }
  }

  private parenthesized(): PythonValue {
    if (this.accept(')')) return new OtherValue('tuple', '');
    const value = this.items(')');
    this.expect(')');
    return value;
  }

  private sequence(closing: string): PythonValue[] {
    const items: PythonValue[] = [];
    while (!this.accept(closing)) {
      items.push(this.value());
      if (this.peek() !== closing) this.expect(',');
    }
    return items;
  }

  private dictOrSet(): PythonValue {
    if (this.accept('}')) return new Map();
    const first = this.value();
    if (!this.accept(':')) {
      if (this.peek() !== '}') this.expect(',');
      const items = [first, ...this.sequence('}')].map(toPlain);
      return new OtherValue(
        'set',
        '',
        items.filter((item, i) => items.findIndex((other) => pythonEquals(item, other)) === i),
      );
    }
    const dict = new Map<PythonValue, PythonValue>([[first, this.value()]]);
    while (!this.accept('}')) {
      this.expect(',');
      if (this.accept('}')) break;
      const key = this.value();
      this.expect(':');
      dict.set(key, this.value());
    }
    return dict satisfies PythonDict;
  }

  private strings(first: string): PythonValue {
    const texts = [first];
    for (let next = this.tokens[this.at]; next?.kind === 'string'; next = this.tokens[++this.at]) texts.push(next.text);
    const parts = texts.map(stringOf);
    const text = parts.map((part) => part.text).join('');
    return parts.some((part) => part.isBytes) ? new OtherValue('bytes', Buffer.from(text, 'latin1').toString('base64')) : text;
  }

  private peek(): string | undefined {
    const token = this.tokens[this.at];
    return token?.kind === 'operator' ? token.text : undefined;
  }

  private accept(text: string): boolean {
    if (this.peek() !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.accept(text)) throw new NoLiteral();
  }
}

function isNumber(value: PythonValue): value is number | bigint | PythonFloat {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof PythonFloat;
}

function numberOf(text: string): PythonValue {
  const bare = text.replaceAll('_', '');
  if (/[jJ]$/.test(bare)) return new OtherValue('complex', `${shortFloat(Number(bare.slice(0, -1)))}j`);
  if (/^0[xob]/i.test(bare) || /^\d+$/.test(bare)) return pythonInt(BigInt(bare.toLowerCase()));
  return new PythonFloat(Number(bare));
}

function complexOf(real: number, imaginary: number): OtherValue {
  const second = `${shortFloat(imaginary)}j`;
  if (Object.is(real, 0)) return new OtherValue('complex', second);
  return new OtherValue('complex', `(${shortFloat(real)}${second.startsWith('-') ? '' : '+'}${second})`);
}

/** As in a complex number: without `.0`. */
function shortFloat(value: number): string {
  return floatText(value).replace(/\.0$/, '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
  '\r\n': '',
};
const ESCAPE = /\\(?:([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(\r\n|[^]))/g;

function stringOf(token: string): { text: string; isBytes: boolean } {
  const [, prefix = '', quote = '"'] = /^([a-zA-Z]*)("""|'''|"|')/.exec(token) ?? [];
  if (/[ft]/i.test(prefix)) throw new NoLiteral();
  const isBytes = /b/i.test(prefix);
  // Python reads every end of line as \n.
  const inside = token.slice(prefix.length + quote.length, -quote.length).replace(/\r\n?/g, '\n');
  if (/r/i.test(prefix)) return { text: inside, isBytes };
  const text = inside.replace(ESCAPE, (all, octal?: string, hex?: string, short?: string, long?: string, other?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & (isBytes ? 0xff : 0x1ff));
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    if (isBytes && other === undefined) return all;
    const code = short ?? long;
    if (code !== undefined) return parseInt(code, 16) > 0x10ffff ? fail() : String.fromCodePoint(parseInt(code, 16));
    // Names of characters aren't known here.
    if (other === 'N' && !isBytes) return fail();
    return ESCAPES[other ?? ''] ?? all;
  });
  return { text, isBytes };
}

function fail(): never {
  throw new NoLiteral();
}
