/** The part of metric math that the platform's alarms use. Source: CloudWatch User Guide, "Using metric math", read 2026-11. */

/** Values of a period by the place of their metric in `ids`; NaN where there is none. */
type Values = Float64Array;
type Run = (values: Values) => number;

export interface Compiled {
  /** Metrics that it asks for. */
  readonly ids: readonly string[];
  readonly run: Run;
}

const token = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|(<=|>=|==|!=|[-+*/<>(),]))/y;

type Binary = (left: number, right: number) => number;
/** Missing in, missing out: a point of an expression is there where both sides are. */
const lifted =
  (operate: Binary): Binary =>
  (left, right) =>
    Number.isNaN(left) || Number.isNaN(right) ? NaN : operate(left, right);

/** By how tightly they bind, the loosest first. */
const levels: readonly Readonly<Record<string, Binary>>[] = [
  { OR: lifted((a, b) => Number(a !== 0 || b !== 0)) },
  { AND: lifted((a, b) => Number(a !== 0 && b !== 0)) },
  {
    '<': lifted((a, b) => Number(a < b)),
    '>': lifted((a, b) => Number(a > b)),
    '<=': lifted((a, b) => Number(a <= b)),
    '>=': lifted((a, b) => Number(a >= b)),
    '==': lifted((a, b) => Number(a === b)),
  },
  { '+': lifted((a, b) => a + b), '-': lifted((a, b) => a - b) },
  { '*': lifted((a, b) => a * b), '/': lifted((a, b) => (b === 0 ? NaN : a / b)) },
];

/** @throws RangeError for what it does not know: a simulation that guesses is worth nothing. */
export function compile(expression: string): Compiled {
  const tokens: string[] = [];
  const ids: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.trimEnd().length) {
    const match = token.exec(expression);
    if (!match) throw new RangeError(`expression: received '${expression}'; allowed: numbers, metrics, operators, IF and FILL`);
    tokens.push(match[0].trim());
  }
  let at = 0;
  const refuse = (): never => {
    throw new RangeError(
      `expression: received '${expression}'; allowed: something else than '${tokens[at] ?? 'its end'}' at ${String(at)}`,
    );
  };
  const take = (expected: string) => {
    if (tokens[at] !== expected) refuse();
    at += 1;
  };
  const metric = (id: string): Run => {
    if (!ids.includes(id)) ids.push(id);
    const index = ids.indexOf(id);
    return (values) => values[index] ?? NaN;
  };
  const level = (index: number): Run => {
    const operators = levels[index];
    if (!operators) return operand();
    let left = level(index + 1);
    for (let operate = operators[tokens[at] ?? '']; operate; operate = operators[tokens[at] ?? '']) {
      at += 1;
      const [first, second, both] = [left, level(index + 1), operate];
      left = (values) => both(first(values), second(values));
    }
    return left;
  };
  const operand = (): Run => {
    const word = tokens[at] ?? refuse();
    at += 1;
    if (word === '(') {
      const inner = level(0);
      take(')');
      return inner;
    }
    if (word === '-') {
      const inner = operand();
      return (values) => -inner(values);
    }
    if (/^\d/.test(word)) {
      const constant = Number(word);
      return () => constant;
    }
    if (tokens[at] !== '(') return /^[a-z]\w*$/.test(word) ? metric(word) : refuse();
    take('(');
    const all = [level(0)];
    while (tokens[at] === ',') {
      at += 1;
      all.push(level(0));
    }
    take(')');
    const [a, b, c] = all;
    if (word === 'IF' && a && b && c) return (values) => ifElse(a(values), b, c, values);
    if (word === 'FILL' && a && b && !c) return (values) => either(a(values), b, values);
    return refuse();
  };
  const run = level(0);
  if (at < tokens.length) refuse();
  return { ids, run };
}

const ifElse = (condition: number, yes: Run, no: Run, values: Values): number =>
  Number.isNaN(condition) ? NaN : condition !== 0 ? yes(values) : no(values);

const either = (found: number, otherwise: Run, values: Values): number => (Number.isNaN(found) ? otherwise(values) : found);
