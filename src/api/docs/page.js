/** The interactive page of the API: everything on it is read from /openapi.json. No text ever becomes markup. */

const make = (tag, properties = {}, ...children) => {
  const { className, data, ...rest } = properties;
  const node = Object.assign(document.createElement(tag), rest);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(data ?? {})) node.dataset[name] = value;
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

/** `code` between backticks; the rest as it is. */
const prose = (text) =>
  text.split('`').map((part, index) => (index % 2 === 1 ? make('code', { textContent: part }) : part));

const document_ = await fetch('/openapi.json').then((response) => response.json());

const resolve = (schema) => {
  const name = schema?.$ref?.replace('#/components/schemas/', '');
  return name === undefined ? schema : resolve(document_.components.schemas[name]);
};

const shapeOf = (schema, depth = 0) => {
  const name = schema?.$ref?.split('/').at(-1);
  const found = resolve(schema) ?? {};
  if (depth > 3 || (name !== undefined && depth > 1)) return name ?? '…';
  if (found.enum) return found.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (found.anyOf) return found.anyOf.map((choice) => shapeOf(choice, depth)).join(' | ');
  if (found.type === 'array') return `[${found.items ? shapeOf(found.items, depth + 1) : '…'}]`;
  if (found.properties) {
    const indent = '  '.repeat(depth + 1);
    const lines = Object.entries(found.properties).map(([key, property]) => {
      const optional = found.required?.includes(key) ? '' : '?';
      return `${indent}${key}${optional}: ${shapeOf(property, depth + 1)}`;
    });
    return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
  }
  return [found.type ?? 'anything'].flat().join(' | ');
};

const fieldOf = ({ name, in: place, description, schema, required }) => {
  const choices = schema.enum ?? (schema.type === 'boolean' ? ['false', 'true'] : null);
  const input = choices
    ? make(
        'select',
        {},
        make('option', { value: '', textContent: '' }),
        ...choices.map((value) => make('option', { value, textContent: value })),
      )
    : make('input', {
        type: schema.type === 'integer' ? 'number' : 'text',
        placeholder: schema.default === undefined ? '' : String(schema.default),
        required: required === true,
      });
  Object.assign(input.dataset, { name, in: place });
  return make(
    'label',
    { className: 'field' },
    make('span', { textContent: required ? `${name} *` : name }),
    input,
    make('span', { className: 'quiet' }, ...prose(description ?? '')),
  );
};

const cellOf = (value, type) => {
  if (value === null) return make('td', { className: 'null', textContent: 'null' });
  return make('td', {
    className: type === 'number' ? 'number' : '',
    textContent: typeof value === 'object' ? JSON.stringify(value) : String(value),
  });
};

const mostRowsShown = 200;

const tableOf = ({ columns, rows }) =>
  make(
    'div',
    { className: 'scroll' },
    make(
      'table',
      {},
      make(
        'thead',
        {},
        make(
          'tr',
          {},
          ...columns.map(({ name, type, unit, label }) =>
            make('th', {
              className: type === 'number' ? 'number' : '',
              title: label ?? name,
              textContent: unit ? `${name} (${unit})` : name,
            }),
          ),
        ),
      ),
      make(
        'tbody',
        {},
        ...rows
          .slice(0, mostRowsShown)
          .map((row) => make('tr', {}, ...row.map((cell, index) => cellOf(cell, columns[index]?.type)))),
      ),
    ),
  );

const isAnswer = (body) => Array.isArray(body?.columns) && Array.isArray(body?.rows);

const outcomeOf = (response, text, ms) => {
  const isJson =
    /json/.test(response.headers.get('content-type') ?? '') &&
    !/ndjson/.test(response.headers.get('content-type') ?? '');
  let body = null;
  try {
    body = isJson ? JSON.parse(text) : null;
  } catch {
    body = null;
  }
  const headers = ['etag', 'location', 'allow', 'x-correlation-id'].flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [`${name}: ${value}`];
  });
  const size = new Blob([text]).size.toLocaleString('en');
  return [
    make(
      'p',
      {},
      make('span', {
        className: `status ${response.ok ? 'good' : 'bad'}`,
        textContent: `${response.status} ${response.statusText}`,
      }),
      make('span', { className: 'quiet', textContent: `  ${ms} ms, ${size} bytes` }),
    ),
    isAnswer(body) && body.rows.length > 0 ? tableOf(body) : null,
    isAnswer(body) ? make('h3', { textContent: 'SQL' }) : null,
    isAnswer(body) ? make('pre', { className: 'sql', textContent: body.sql }) : null,
    headers.length > 0 ? make('pre', { className: 'headers', textContent: headers.join('\n') }) : null,
    text === ''
      ? null
      : make('pre', { className: 'body', textContent: body === null ? text : JSON.stringify(body, null, 2) }),
  ].filter((node) => node !== null);
};

/** Kept in the field alone: it is gone with the page. */
const authorization = () => {
  const token = document.getElementById('token').value.trim();
  return token === '' ? {} : { Authorization: `Bearer ${token}` };
};

const send = async (method, path, form, outcome) => {
  const query = new URLSearchParams();
  const headers = { ...authorization() };
  let address = path;
  for (const input of form.querySelectorAll('[data-in]')) {
    const { name, in: place } = input.dataset;
    if (input.value === '') continue;
    if (place === 'path') address = address.replace(`{${name}}`, encodeURIComponent(input.value));
    else if (place === 'header') headers[name] = input.value;
    else query.set(name, input.value);
  }
  const body = form.querySelector('textarea');
  const type = form.querySelector('select.type');
  const hasBody = body !== null && body.value.trim() !== '';
  if (hasBody) headers['Content-Type'] = type.value;
  if (query.size > 0) address += `?${query}`;
  const button = form.querySelector('button');
  button.disabled = true;
  outcome.replaceChildren(make('p', { className: 'quiet', textContent: 'Waiting…' }));
  const before = performance.now();
  try {
    const response = await fetch(address, {
      method: method.toUpperCase(),
      headers,
      ...(hasBody && { body: body.value }),
    });
    const text = await response.text();
    if (response.ok) takeToken(text);
    outcome.replaceChildren(...outcomeOf(response, text, Math.round(performance.now() - before)));
  } catch {
    outcome.replaceChildren(make('p', { className: 'status bad', textContent: 'The server did not answer.' }));
  } finally {
    button.disabled = false;
  }
};

/** Who logs in here goes on with the token that comes of it. */
const takeToken = (text) => {
  const [, token] = /^\{"access_token":"([\w.-]+)"/.exec(text) ?? [];
  if (token !== undefined) document.getElementById('token').value = token;
};

const exampleText = (media) => {
  const { example } = media ?? {};
  if (example === undefined) return '';
  return typeof example === 'string' ? example : JSON.stringify(example, null, 2);
};

const bodyField = ({ content, description }) => {
  const types = Object.keys(content);
  const area = make('textarea', { spellcheck: false, value: exampleText(content[types[0]]), ariaLabel: 'Body' });
  const type = make(
    'select',
    { className: 'type', ariaLabel: 'Content type' },
    ...types.map((value) => make('option', { value, textContent: value })),
  );
  type.addEventListener('change', () => {
    area.value = exampleText(content[type.value]);
  });
  const schema = content[types[0]]?.schema;
  return [
    make('h3', {}, 'Body ', type),
    description ? make('p', { className: 'quiet' }, ...prose(description)) : null,
    area,
    schema
      ? make(
          'details',
          {},
          make('summary', { className: 'quiet', textContent: 'Schema' }),
          make('pre', { textContent: shapeOf(schema) }),
        )
      : null,
  ];
};

const responsesOf = (responses) =>
  make(
    'details',
    {},
    make('summary', { className: 'quiet', textContent: 'Responses' }),
    ...Object.entries(responses).flatMap(([status, { description, content }]) => {
      const schema = Object.entries(content ?? {}).find(([type]) => type === 'application/json')?.[1].schema;
      return [
        make('p', {}, make('strong', { textContent: `${status} ` }), ...prose(description)),
        schema ? make('pre', { textContent: shapeOf(schema) }) : null,
      ].filter((node) => node !== null);
    }),
  );

const operationOf = (path, method, operation) => {
  const outcome = make('div', { className: 'outcome', ariaLive: 'polite' });
  const form = make(
    'form',
    {},
    ...(operation.parameters ?? []).map(fieldOf),
    ...(operation.requestBody ? bodyField(operation.requestBody).filter((node) => node !== null) : []),
    make('button', { className: 'send', type: 'submit', textContent: 'Send' }),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void send(method, path, form, outcome);
  });
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return make(
    'details',
    {
      className: 'operation',
      id: operation.operationId,
      data: { text: `${method} ${path} ${operation.summary}`.toLowerCase() },
    },
    make(
      'summary',
      {},
      make('span', { className: `method ${method}`, textContent: method }),
      make('span', { className: 'path', textContent: path }),
      make('span', { className: 'quiet', textContent: operation.summary }),
    ),
    make(
      'div',
      { className: 'inside' },
      operation.description ? make('p', {}, ...prose(operation.description)) : null,
      form,
      outcome,
      responsesOf(operation.responses),
    ),
  );
};

const operations = Object.entries(document_.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

const errorTable = () =>
  make(
    'div',
    { className: 'scroll' },
    make(
      'table',
      {},
      make(
        'thead',
        {},
        make('tr', {}, ...['Code', 'Status', 'Meaning'].map((text) => make('th', { textContent: text }))),
      ),
      make(
        'tbody',
        {},
        ...document_['x-error-codes'].map(({ code, status, title }) =>
          make(
            'tr',
            { id: code },
            make('td', {}, make('code', { textContent: code })),
            make('td', { textContent: String(status) }),
            make('td', { textContent: title }),
          ),
        ),
      ),
    ),
  );

const show = () => {
  document.getElementById('version').textContent = document_.info.version;
  const contents = document.getElementById('contents');
  const main = document.getElementById('operations');
  main.replaceChildren();
  contents.replaceChildren();
  for (const { name } of document_.tags) {
    const inTag = operations.filter(({ operation }) => operation.tags.includes(name));
    contents.append(make('h2', { textContent: name }));
    main.append(make('h2', { className: 'tag', textContent: name }));
    for (const { path, method, operation } of inTag) {
      contents.append(make('a', { href: `#${operation.operationId}`, textContent: operation.summary }));
      main.append(operationOf(path, method, operation));
    }
  }
  contents.append(make('h2', { textContent: 'Errors' }), make('a', { href: '#errors', textContent: 'Error codes' }));
  main.append(make('h2', { className: 'tag', id: 'errors', textContent: 'Errors' }), errorTable());
};

const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView();
};

const filter = (text) => {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const node of document.querySelectorAll('details.operation')) {
    node.hidden = !words.every((word) => node.dataset.text.includes(word));
  }
};

const showHealth = async () => {
  const place = document.getElementById('health');
  try {
    const { status, model } = await fetch('/health').then((response) => response.json());
    place.textContent = model.status === 'current' ? status : `${status}, model ${model.status}`;
    place.className = status === 'healthy' ? 'good' : 'bad';
  } catch {
    place.textContent = 'not reachable';
    place.className = 'bad';
  }
};

show();
const first = document.getElementById('runSemanticQuery');
if (location.hash === '' && first) first.open = true;
openTarget();
window.addEventListener('hashchange', openTarget);
document.getElementById('find').addEventListener('input', (event) => filter(event.target.value));
await showHealth();
