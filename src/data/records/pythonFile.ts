import { pythonLiteral } from './pythonLiteral';
import { pythonLines, type PythonLine, type PythonToken } from './pythonTokens';
import type { PythonValue } from './pythonValue';

/**
 * The constants of a Python file as DVC takes them for parameters: what is assigned a literal in the module, in its classes (under the
 * class's name), and to `self` in an `__init__`. Nothing is run. Throws RecordError.
 */
export function parsePythonFile(text: string): ReadonlyMap<PythonValue, PythonValue> {
  return constantsOf(pythonLines(text), false);
}

function constantsOf(lines: readonly PythonLine[], ofSelf: boolean): Map<PythonValue, PythonValue> {
  const constants = new Map<PythonValue, PythonValue>();
  for (const line of lines) {
    const [first, second] = line.tokens;
    if (first?.text === 'class' && second !== undefined) constants.set(second.text, constantsOf(bodyOf(line), false));
    else if (first?.text === 'def' && second?.text === '__init__') {
      for (const [name, value] of constantsOf(bodyOf(line), true)) constants.set(name, value);
    } else {
      for (const statement of statementsOf(line.tokens)) {
        const found = assignmentOf(statement, ofSelf);
        if (found) constants.set(found.name, found.value);
      }
    }
  }
  return constants;
}

/** The lines of a class or a function, which may stand behind its colon. */
function bodyOf({ tokens, line, below }: PythonLine): readonly PythonLine[] {
  const depths = depthsIn(tokens);
  const colon = tokens.findIndex(({ text }, i) => text === ':' && depths[i] === 0);
  const behind = tokens.slice(colon + 1);
  return behind.length === 0 ? below : [{ tokens: behind, line, below: [] }];
}

function statementsOf(tokens: readonly PythonToken[]): PythonToken[][] {
  const statements: PythonToken[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'operator' && token.text === ';') statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements;
}

/** `name = literal`, `self.name = literal`, either with a type. */
function assignmentOf(tokens: readonly PythonToken[], ofSelf: boolean): { name: string; value: PythonValue } | undefined {
  const isSelf = tokens[0]?.text === 'self' && tokens[1]?.text === '.';
  const target = tokens[isSelf ? 2 : 0];
  if (target?.kind !== 'name' || (ofSelf && !isSelf)) return undefined;
  const behind = tokens.slice(isSelf ? 3 : 1);
  const depths = depthsIn(behind);
  const marks = behind.flatMap(({ kind, text }, i) => (kind === 'operator' && text === '=' && depths[i] === 0 ? [i] : []));
  const [equals] = marks;
  if (equals === undefined || marks.length > 1 || (equals > 0 && behind[0]?.text !== ':')) return undefined;
  const value = pythonLiteral(behind.slice(equals + 1));
  return value === undefined ? undefined : { name: target.text, value };
}

/** In how many brackets each token stands, itself not counted. */
function depthsIn(tokens: readonly PythonToken[]): number[] {
  let depth = 0;
  return tokens.map(({ kind, text }) => {
    const before = depth;
    if (kind === 'operator') depth += '([{'.includes(text) ? 1 : ')]}'.includes(text) ? -1 : 0;
    return before;
  });
}
