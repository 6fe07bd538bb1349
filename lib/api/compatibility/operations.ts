import { changeOf, isSame, type BreakingChange } from './breaking-change';
import { child, elements, isObject, listOf, members, rootOf, textsOf, type Json, type JsonObject, type Node } from './document';
import { keywordsOf, numberAt } from './schema-facts';
import { breakingSchemaChanges, type Compared, type Direction } from './schemas';

const methods = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** A day as YYYY-MM-DD, twelve months later. 29 February becomes 1 March. */
export function twelveMonthsAfter(day: string): string {
  const [year = NaN, month = NaN, date = NaN] = day.split('-').map(Number);
  return new Date(Date.UTC(year + 1, month - 1, date)).toISOString().slice(0, 10);
}

/** Whether an operation may be gone on a day: it was deprecated, and its sunset, which was released, is over. */
const mayBeGone = (operation: Node, day: string): boolean => {
  const { deprecated, 'x-sunset': sunset } = keywordsOf(operation);
  return deprecated === true && typeof sunset === 'string' && sunset <= day;
};

/** What of a contract breaks clients of an earlier one. `day` is the day of the comparison: which sunsets are over, and which may be set. */
export function breakingChanges(before: Json, after: Json, day: string): BreakingChange[] {
  const [earlier, later] = [rootOf(before), rootOf(after)];
  const compared: Compared = new Set();
  const found: BreakingChange[] = [...ofServers(earlier, later), ...ofSchemes(earlier, later)];
  for (const key of ['jsonSchemaDialect', 'webhooks'])
    if (!isSame(child(earlier, key), child(later, key))) found.push(changeOf('cannot-be-judged', earlier, later, key));
  const paths = members(child(later, 'paths'));
  for (const [path, item] of members(child(earlier, 'paths'))) {
    const operations = [...members(item)].filter(([method]) => methods.has(method));
    const now = paths.get(path);
    if (!now && operations.every(([, operation]) => mayBeGone(operation, day))) continue;
    if (!now) found.push(changeOf('path-removed', item, undefined));
    else
      for (const [method, operation] of operations) {
        const successor = child(now, method);
        if (successor) found.push(...ofOperation(item, operation, now, successor, compared));
        else if (!mayBeGone(operation, day)) found.push(changeOf('operation-removed', operation, undefined));
      }
  }
  for (const [path, item] of paths)
    for (const [method, operation] of members(item))
      if (methods.has(method)) found.push(...ofSunset(child(earlier, 'paths', path, method), operation, day));
  return [...new Map(found.map((change) => [`${change.rule} ${change.pointer}`, change])).values()];
}

function ofSunset(before: Node | undefined, after: Node, day: string): BreakingChange[] {
  const { deprecated, 'x-sunset': sunset } = keywordsOf(after);
  if (sunset === undefined) return [];
  const isKept = before !== undefined && keywordsOf(before)['x-sunset'] === sunset;
  const isDay = typeof sunset === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(sunset);
  if (deprecated === true && isDay && (isKept || sunset >= twelveMonthsAfter(day))) return [];
  return [changeOf('sunset-too-early', before, after, 'x-sunset')];
}

function ofServers(before: Node, after: Node): BreakingChange[] {
  const urls = (root: Node): string[] =>
    elements(child(root, 'servers')).flatMap((server) =>
      [...members(child(server, 'variables'))].reduce(
        (templates, [name, variable]) => {
          const values = textsOf(keywordsOf(variable)['enum']);
          // Without a list the client chooses.
          return values.length > 0
            ? templates.flatMap((template) => values.map((value) => template.replace(`{${name}}`, value)))
            : templates;
        },
        [String(keywordsOf(server)['url'])],
      ),
    );
  const now = urls(after);
  return urls(before)
    .filter((url) => !now.includes(url))
    .map((url) => ({ ...changeOf('server-removed', child(before, 'servers'), child(after, 'servers')), pointer: `#/servers (${url})` }));
}

function ofSchemes(before: Node, after: Node): BreakingChange[] {
  const schemes = members(child(after, 'components', 'securitySchemes'));
  const withoutScopes = (scheme: Node): Json => {
    const { flows, ...rest } = keywordsOf(scheme);
    const bare = Object.entries(isObject(flows) ? flows : {}).map(([name, flow]) => [
      name,
      isObject(flow) ? { ...flow, scopes: {} } : null,
    ]);
    return { ...rest, flows: Object.fromEntries(bare) as Json };
  };
  return [...members(child(before, 'components', 'securitySchemes'))].flatMap(([name, scheme]) => {
    const now = schemes.get(name);
    return now && isSame(rootOf(withoutScopes(scheme)), rootOf(withoutScopes(now))) ? [] : [changeOf('scheme-changed', scheme, now)];
  });
}

/** Each way in that a client has must still be one: a requirement that asks for nothing beyond it. */
function ofSecurity(before: Node, after: Node): BreakingChange[] {
  const requirements = (operation: Node): Json =>
    keywordsOf(operation)['security'] ?? (isObject(operation.root) ? operation.root['security'] : undefined) ?? [];
  const ways = (operation: Node): readonly JsonObject[] => {
    const list = listOf(requirements(operation));
    return list.length > 0 ? list.filter(isObject) : [{}];
  };
  const opens = ways(before).every((old) =>
    ways(after).some((way) =>
      Object.entries(way).every(([scheme, scopes]) => {
        const held = old[scheme];
        return held !== undefined && textsOf(scopes).every((scope) => textsOf(held).includes(scope));
      }),
    ),
  );
  return opens ? [] : [{ ...changeOf('scope-added', before, after, 'security'), before: requirements(before), after: requirements(after) }];
}

function ofOperation(oldItem: Node, before: Node, newItem: Node, after: Node, compared: Compared): BreakingChange[] {
  const found = [...ofSecurity(before, after), ...ofLimits(before, after)];
  if (keywordsOf(before)['operationId'] !== keywordsOf(after)['operationId'])
    found.push(changeOf('operation-renamed', before, after, 'operationId'));
  for (const key of ['callbacks', 'servers'])
    if (!isSame(child(before, key), child(after, key))) found.push(changeOf('cannot-be-judged', before, after, key));
  return [
    ...found,
    ...ofParameters(oldItem, before, newItem, after, compared),
    ...ofBody(before, after, compared),
    ...ofResponses(before, after, compared),
  ];
}

/** Limits are ours (`x-limits`): numbers that OpenAPI has no keyword for. Each may grow. */
function ofLimits(before: Node, after: Node): BreakingChange[] {
  const now = child(after, 'x-limits');
  return [...members(child(before, 'x-limits'))].flatMap(([name, limit]) => {
    const larger = now ? numberAt(now, name) : undefined;
    return typeof limit.value === 'number' && larger !== undefined && larger >= limit.value
      ? []
      : [changeOf('limit-shrunk', limit, now ? child(now, name) : undefined)];
  });
}

function ofParameters(oldItem: Node, before: Node, newItem: Node, after: Node, compared: Compared): BreakingChange[] {
  const byName = (item: Node, operation: Node) =>
    new Map(
      [...elements(child(item, 'parameters')), ...elements(child(operation, 'parameters'))].map((parameter) => {
        const { in: place, name } = keywordsOf(parameter);
        // Names of headers are the same in any case.
        return [`${String(place)} ${place === 'header' ? String(name).toLowerCase() : String(name)}`, parameter] as const;
      }),
    );
  const [earlier, later] = [byName(oldItem, before), byName(newItem, after)];
  const isRequired = (parameter: Node | undefined) => parameter !== undefined && keywordsOf(parameter)['required'] === true;
  const found: BreakingChange[] = [];
  for (const [name, parameter] of later)
    if (isRequired(parameter) && !isRequired(earlier.get(name))) found.push(changeOf('parameter-required', earlier.get(name), parameter));
  for (const [name, parameter] of earlier) {
    const now = later.get(name);
    if (!now) {
      found.push(changeOf('parameter-removed', parameter, undefined));
      continue;
    }
    for (const key of ['style', 'explode', 'allowReserved', 'content'])
      if (!isSame(child(parameter, key), child(now, key))) found.push(changeOf('parameter-changed', parameter, now, key));
    found.push(...ofSchemaIn(parameter, now, 'request', compared));
  }
  return found;
}

/** The schema of a parameter, a header or a media type; any value, if there is none. */
function ofSchemaIn(before: Node, after: Node, direction: Direction, compared: Compared): BreakingChange[] {
  const schema = (holder: Node): Node => child(holder, 'schema') ?? { root: holder.root, pointer: `${holder.pointer}/schema`, value: true };
  return breakingSchemaChanges(schema(before), schema(after), direction, compared);
}

function ofContent(before: Node, after: Node, direction: Direction, compared: Compared): BreakingChange[] {
  const now = members(child(after, 'content'));
  return [...members(child(before, 'content'))].flatMap(([type, content]) => {
    const successor = now.get(type);
    return successor
      ? ofSchemaIn(content, successor, direction, compared)
      : [changeOf('media-type-removed', child(before, 'content'), child(after, 'content'), type)];
  });
}

function ofBody(before: Node, after: Node, compared: Compared): BreakingChange[] {
  const [old, now] = [child(before, 'requestBody'), child(after, 'requestBody')];
  const isRequired = (body: Node | undefined) => body !== undefined && keywordsOf(body)['required'] === true;
  const found = isRequired(now) && !isRequired(old) ? [changeOf('body-required', old, now)] : [];
  if (!old) return found;
  return now ? [...found, ...ofContent(old, now, 'request', compared)] : [changeOf('body-removed', old, undefined)];
}

function ofResponses(before: Node, after: Node, compared: Compared): BreakingChange[] {
  const [earlier, later] = [members(child(before, 'responses')), members(child(after, 'responses'))];
  // A client treats an unknown error by its first digit; what is no error it has to know.
  const found = [...later]
    .filter(([status]) => !earlier.has(status) && !/^[45]/.test(status))
    .map(([, response]) => changeOf('success-added', undefined, response));
  for (const [status, response] of earlier) {
    const now = later.get(status);
    if (!now) {
      found.push(changeOf('status-removed', child(before, 'responses'), child(after, 'responses'), status));
      continue;
    }
    found.push(...ofContent(response, now, 'response', compared));
    const headers = new Map([...members(child(now, 'headers'))].map(([name, header]) => [name.toLowerCase(), header]));
    for (const [name, header] of members(child(response, 'headers'))) {
      const successor = headers.get(name.toLowerCase());
      if (!successor) {
        found.push(changeOf('header-removed', child(response, 'headers'), child(now, 'headers'), name));
        continue;
      }
      if (keywordsOf(header)['required'] === true && keywordsOf(successor)['required'] !== true)
        found.push(changeOf('header-optional', header, successor, 'required'));
      found.push(...ofSchemaIn(header, successor, 'response', compared));
    }
  }
  return found;
}
