/** The portable expressions of the YAML, read by a small recursive-descent parser of the evaluator's own. */
export type Node =
  | { readonly kind: 'name'; readonly path: readonly string[] }
  | { readonly kind: 'number'; readonly digits: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'date' | 'timestamp'; readonly text: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node }
  | { readonly kind: 'not' | 'minus'; readonly operand: Node }
  | {
      readonly kind: 'case';
      readonly branches: readonly { readonly when: Node; readonly result: Node }[];
      readonly otherwise: Node | null;
    }
  | { readonly kind: 'cast'; readonly operand: Node; readonly to: string }
  | { readonly kind: 'in'; readonly operand: Node; readonly values: readonly Node[]; readonly negated: boolean }
  | {
      readonly kind: 'between';
      readonly operand: Node;
      readonly low: Node;
      readonly high: Node;
      readonly negated: boolean;
    }
  | { readonly kind: 'like'; readonly operand: Node; readonly pattern: Node; readonly negated: boolean }
  | { readonly kind: 'is_null'; readonly operand: Node; readonly negated: boolean };

interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'text' | 'sign' | 'end';
  readonly text: string;
}

const tokenPattern =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|"((?:[^"]|"")*)"|(\d+(?:\.\d+)?|\.\d+)|'((?:[^']|'')*)'|(<>|!=|<=|>=|\|\||[-+*/%(),.<>=]))/y;

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(tokenPattern);
  while (source.slice(pattern.lastIndex).trim() !== '') {
    const at = pattern.lastIndex;
    const match = pattern.exec(source);
    if (!match) throw new Error(`cannot read ${source.slice(at)}`);
    const [, word, quoted, number, text, sign] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replaceAll('""', '"') });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (text !== undefined) tokens.push({ kind: 'text', text: text.replaceAll("''", "'") });
    else tokens.push({ kind: 'sign', text: sign! });
  }
  return [...tokens, { kind: 'end', text: '' }];
}

class Parser {
  readonly tokens: readonly Token[];
  at = 0;

  constructor(source: string) {
    this.tokens = tokenize(source);
  }

  get next(): Token {
    return this.tokens[this.at]!;
  }

  take(): Token {
    this.at += 1;
    return this.tokens[this.at - 1]!;
  }

  isWord(word: string): boolean {
    return this.next.kind === 'word' && this.next.text.toLowerCase() === word;
  }

  accept(text: string): boolean {
    const hit = this.next.kind === 'sign' ? this.next.text === text : this.isWord(text);
    if (hit) this.at += 1;
    return hit;
  }

  expect(text: string): void {
    if (!this.accept(text)) throw new Error(`expected ${text} instead of ${this.next.text}`);
  }

  whole(): Node {
    const node = this.or();
    if (this.next.kind !== 'end') throw new Error(`unexpected ${this.next.text}`);
    return node;
  }

  or(): Node {
    let left = this.and();
    while (this.accept('or')) left = { kind: 'binary', operator: 'or', left, right: this.and() };
    return left;
  }

  and(): Node {
    let left = this.not();
    while (this.accept('and')) left = { kind: 'binary', operator: 'and', left, right: this.not() };
    return left;
  }

  not(): Node {
    return this.accept('not') ? { kind: 'not', operand: this.not() } : this.comparison();
  }

  comparison(): Node {
    const left = this.sum();
    for (const operator of ['<>', '!=', '<=', '>=', '=', '<', '>'])
      if (this.accept(operator))
        return { kind: 'binary', operator: operator === '!=' ? '<>' : operator, left, right: this.sum() };
    if (this.accept('is')) {
      const negated = this.accept('not');
      this.expect('null');
      return { kind: 'is_null', operand: left, negated };
    }
    const negated = this.accept('not');
    if (this.accept('in')) {
      this.expect('(');
      return { kind: 'in', operand: left, values: this.list(), negated };
    }
    if (this.accept('between')) {
      const low = this.sum();
      this.expect('and');
      return { kind: 'between', operand: left, low, high: this.sum(), negated };
    }
    if (this.accept('like')) return { kind: 'like', operand: left, pattern: this.sum(), negated };
    return left;
  }

  list(): Node[] {
    const nodes: Node[] = [];
    if (this.accept(')')) return nodes;
    do nodes.push(this.or());
    while (this.accept(','));
    this.expect(')');
    return nodes;
  }

  sum(): Node {
    let left = this.product();
    for (;;) {
      const operator = ['+', '-', '||'].find((sign) => this.accept(sign));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.product() };
    }
  }

  product(): Node {
    let left = this.unary();
    for (;;) {
      const operator = ['*', '/', '%'].find((sign) => this.accept(sign));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.unary() };
    }
  }

  unary(): Node {
    return this.accept('-') ? { kind: 'minus', operand: this.unary() } : this.primary();
  }

  primary(): Node {
    if (this.accept('(')) {
      const node = this.or();
      this.expect(')');
      return node;
    }
    if (this.accept('case')) return this.cases();
    const token = this.take();
    if (token.kind === 'number') return { kind: 'number', digits: token.text };
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind !== 'word' && token.kind !== 'quoted') throw new Error(`unexpected ${token.text}`);
    const word = token.kind === 'word' ? token.text.toLowerCase() : '';
    if ((word === 'date' || word === 'timestamp') && this.next.kind === 'text')
      return { kind: word, text: this.take().text };
    if (word === 'true' || word === 'false') return { kind: 'boolean', value: word === 'true' };
    if (word === 'null') return { kind: 'null' };
    if (this.accept('(')) return word === 'cast' ? this.cast() : { kind: 'call', name: word, args: this.list() };
    const path = [token.text];
    while (this.accept('.')) path.push(this.take().text);
    return { kind: 'name', path };
  }

  cast(): Node {
    const operand = this.or();
    this.expect('as');
    const to = this.take().text.toLowerCase();
    this.expect(')');
    return { kind: 'cast', operand, to };
  }

  cases(): Node {
    const subject = this.isWord('when') ? null : this.or();
    const branches: { when: Node; result: Node }[] = [];
    while (this.accept('when')) {
      const condition = this.or();
      this.expect('then');
      const when: Node =
        subject === null ? condition : { kind: 'binary', operator: '=', left: subject, right: condition };
      branches.push({ when, result: this.or() });
    }
    const otherwise = this.accept('else') ? this.or() : null;
    this.expect('end');
    return { kind: 'case', branches, otherwise };
  }
}

const parsed = new Map<string, Node>();

export function parseExpression(source: string): Node {
  let node = parsed.get(source);
  if (node === undefined) {
    node = new Parser(source).whole();
    parsed.set(source, node);
  }
  return node;
}
