/** Rules of composite alarms. Source: CloudWatch API Reference, "PutCompositeAlarm", read 2026-11. */
import type { State } from './state';

export type Rule = (stateOf: (alarm: string) => State) => boolean;

/** `ALARM("a") AND NOT (OK("b") OR TRUE)`. @throws RangeError for what it does not know. */
export function compileRule(text: string): { readonly rule: Rule; readonly names: readonly string[] } {
  const tokens = text.match(/"[^"]*"|[A-Z_]+|[()]/g) ?? [];
  const names: string[] = [];
  let at = 0;
  const refuse = (): never => {
    throw new RangeError(`rule: received '${text}'; allowed: something else than '${tokens[at] ?? 'its end'}'`);
  };
  const take = (expected: string) => {
    if (tokens[at] !== expected) refuse();
    at += 1;
  };
  const any = (): Rule => {
    const rules = [all()];
    while (tokens[at] === 'OR') {
      at += 1;
      rules.push(all());
    }
    return (state) => rules.some((rule) => rule(state));
  };
  const all = (): Rule => {
    const rules = [one()];
    while (tokens[at] === 'AND') {
      at += 1;
      rules.push(one());
    }
    return (state) => rules.every((rule) => rule(state));
  };
  const one = (): Rule => {
    const word = tokens[at] ?? refuse();
    at += 1;
    if (word === 'NOT') {
      const rule = one();
      return (state) => !rule(state);
    }
    if (word === '(') {
      const rule = any();
      take(')');
      return rule;
    }
    if (word === 'TRUE' || word === 'FALSE') return () => word === 'TRUE';
    if (word !== 'ALARM' && word !== 'OK' && word !== 'INSUFFICIENT_DATA') return refuse();
    take('(');
    const name = (tokens[at] ?? refuse()).replace(/"/g, '');
    at += 1;
    take(')');
    names.push(name);
    return (state) => state(name) === word;
  };
  const rule = any();
  if (at < tokens.length) refuse();
  return { rule, names };
}
