/** The whole program with language models of the environment: who is asked, who takes over, and what is told of it. */
import { once } from 'node:events';
import { expect } from 'chai';
import { ask } from '../api/request.js';
import { listening, makeSmallProject, type SmallProject, startProgram } from '../e2e/small-project.js';
import type { Program } from '../e2e/program-hosts.js';
import { anthropicProtocol } from './servers/anthropic-protocol.js';
import { said } from './servers/fault-cases.js';
import { ollamaProtocol } from './servers/ollama-protocol.js';
import { type ProviderServer, startProviderServer } from './servers/provider-server.js';
import type { Protocol } from './servers/protocol.js';

const key = 'sk-PLANTED-environment-key';
const ownKey = 'sk-PLANTED-workspace-key';
const marker = 'marker-7781';

const answer = {
  kind: 'query',
  reading: 'Revenue by country.',
  confidence: 0.9,
  query: {
    metrics: ['revenue'],
    dimensions: [{ name: 'customer.country', grain: null }],
    filters: [],
    time: null,
    segments: [],
    order: [],
    limit: null,
    totals: false,
    fill: false,
  },
  sql: null,
  choices: [],
  message: null,
  missing: [],
};

describe('a server with language models', function () {
  this.timeout(60_000);
  let project: SmallProject;
  let child: Program;
  let url: string;
  let claude: ProviderServer;
  let local: ProviderServer;
  let errors = '';

  before(async () => {
    [project, claude, local] = await Promise.all([makeSmallProject(10), startProviderServer(), startProviderServer()]);
    child = startProgram(project.folder, ['serve', '--port', '0'], {
      LLM_PROVIDER: 'anthropic,ollama',
      ANTHROPIC_API_KEY: key,
      ANTHROPIC_MODEL: 'claude-x',
      ANTHROPIC_BASE_URL: claude.url,
      OLLAMA_MODEL: 'small',
      OLLAMA_BASE_URL: local.url,
    });
    child.stderr!.on('data', (chunk) => {
      errors += chunk;
    });
    url = await listening(child);
  });
  after(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'close');
    }
    await Promise.all([claude?.close(), local?.close()]);
    project?.remove();
  });
  const answers = (protocol: Protocol, server: ProviderServer): void => {
    // The name of the tool is what is asked for.
    const name = protocol === anthropicProtocol ? 'answer' : '';
    const step = protocol.structured([JSON.stringify(answer)], said);
    const events = step.events.map((event) => event.replaceAll('"semantic_query"', JSON.stringify(name)));
    server.script({ ...step, events });
  };
  const question = (words: string) => ask(url, 'POST', '/api/v1/ask', { body: { question: `${words} ${marker}` } });

  it('asks the first one, and says who read the question and what it took', async () => {
    answers(anthropicProtocol, claude);
    const { status, body, text } = await question('Revenue by country?');
    expect(status, text).to.equal(200);
    expect(body.read_by, text).to.deep.equal({ kind: 'model', provider: 'anthropic', model: said.model });
    expect(body.tokens).to.deep.include({ input: said.inputTokens, output: said.outputTokens, calls: 1 });
    expect(body.rows).to.have.length(3);
    expect(claude.received).to.have.length(1);
    expect(local.received).to.have.length(0);
  });

  it('goes on to the next one, with a warning', async () => {
    claude.script(anthropicProtocol.error(529, 'x', { 'x-should-retry': 'false' }));
    answers(ollamaProtocol, local);
    const { body, text } = await question('Revenue by country, again?');
    expect(body.read_by, text).to.deep.include({ provider: 'ollama' });
    expect((body.warnings as unknown as string[]).join()).to.contain(
      '"anthropic" cannot be reached, so "ollama" answered',
    );
    expect(claude.received).to.have.length(1);
  });

  it('takes the key of the workspace, which nobody is shown', async () => {
    const path = '/api/v1/settings/llm-keys';
    const set = await ask(url, 'PUT', `${path}/anthropic`, { body: { key: ownKey } });
    expect(set.status, set.text).to.equal(200);
    answers(anthropicProtocol, claude);
    await question('Revenue by country, with our key?');
    const [{ headers }] = claude.received as [(typeof claude.received)[number]];
    expect(headers.authorization).to.equal(`Bearer ${ownKey}`);
    const { body, text } = await ask(url, 'GET', path);
    expect(text).to.not.contain(ownKey);
    expect((body.data as unknown as object[]).map((one) => (one as { provider: string }).provider)).to.deep.equal([
      'anthropic',
      'ollama',
    ]);
    expect((await ask(url, 'DELETE', `${path}/anthropic`)).status).to.equal(204);
  });

  it('tells how they are, what they were asked, and the tokens', async () => {
    const { body: health } = await ask(url, 'GET', '/health');
    const { llm } = health.components as unknown as { llm: { status: string; models: object } };
    expect(llm.status).to.equal('up');
    expect(Object.keys(llm.models)).to.deep.equal(['anthropic', 'ollama']);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics)
      .to.contain('llm_requests_total{provider="anthropic",outcome="answer"} 2')
      .and.to.contain('llm_requests_total{provider="anthropic",outcome="LLM_UNAVAILABLE"} 1')
      .and.to.contain('llm_generation_success_rate 0.75')
      .and.to.contain('circuit_breaker_state{of="llm:anthropic"} 0');
    const until = Date.now() + 10_000;
    for (;;) {
      const { body } = await ask(url, 'GET', '/api/v1/usage/llm-tokens');
      const [row] = body.data as unknown as { model: string; prompt_tokens: number }[];
      // What failed is written down as well, as far as it was counted.
      if (row !== undefined && row.prompt_tokens >= 3 * said.inputTokens) break;
      if (Date.now() > until) throw new Error(JSON.stringify(body));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  it('is limited, not broken, while none of them answers', async () => {
    const atOnce = { 'x-should-retry': 'false' };
    claude.script(anthropicProtocol.error(500, 'x', atOnce));
    local.script(ollamaProtocol.error(500, 'x', atOnce));
    for (let at = 0; at < 3; at += 1) await question('Revenue by country, please?');
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    const { body } = await ask(url, 'GET', '/health');
    expect(body.operational_mode).to.equal('LIMITED_AI');
    expect((await ask(url, 'GET', '/health/ready')).status).to.equal(200);
  });

  it('writes neither keys nor questions into its log', () => {
    for (const planted of [key, ownKey, marker]) expect(errors).to.not.contain(planted);
  });
});
