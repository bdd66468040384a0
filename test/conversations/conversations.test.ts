import { expect } from 'chai';
import { createLogger } from '../../core/logging/create-logger.js';
import { createSubject } from '../../core/subject/subject.js';
import type { InterpretRequest } from '../../core/plugin/llm.js';
import { defaultWorkspace } from '../../src/identity/caller.js';
import { workspaces } from '../../src/identity/store.js';
import { conversationMessages } from '../../src/conversations/store.js';
import { createGeneratedQueries, sweepGenerated } from '../../src/questions/generated-queries.js';
import { openStore } from '../../src/store/open-store.js';
import type { Store } from '../../src/store/store.js';
import { type Answered, ask } from '../api/request.js';
import { script } from '../questions/script.js';
import { type QuestionServer, startQuestions } from '../questions/start-questions.js';
import { createPlace, engines, type TestPlace } from '../store/store-places.js';

for (const engine of engines)
  describe(`conversations on ${engine}`, function () {
    this.timeout(60_000);
    let place: TestPlace;
    let store: Store;
    let server: QuestionServer;
    let asked: InterpretRequest[];
    const { interpret } = script;
    before(async () => {
      place = await createPlace[engine]();
      store = await openStore(place.place, { log: createLogger({ level: 'silent' }) });
      await store.transaction(async (db) => {
        if (await db.exists(workspaces)) return;
        await db.insert(workspaces, { id: defaultWorkspace, name: 'Default', createdAt: Date.now(), version: 1 });
      });
      server = await startQuestions(['interpretation'], { store });
    });
    after(async () => {
      script.interpret = interpret;
      await server?.close();
      await store?.close();
      await place?.remove();
    });
    beforeEach(() => {
      asked = [];
      script.interpret = async (request) => {
        asked.push(request);
        const values = request.question.includes('France') ? ['FR'] : ['DE'];
        const filters = { member: 'regions.country', op: 'eq', values } as const;
        return {
          outcome: 'query',
          query: { metrics: ['revenue'], filters },
          confidence: 0.9,
          reading: 'Revenue.',
          notes: [],
        };
      };
    });

    const call = (method: string, path: string, body?: object, user = 'boss'): Promise<Answered> =>
      ask(server.url, method, `/api/v1/${path}`, {
        headers: { authorization: `Bearer ${user}` },
        ...(body !== undefined && { body }),
      });
    const begin = async (body: object = {}, user?: string): Promise<string> =>
      String((await call('POST', 'conversations', body, user)).body.id);

    it('are begun, listed, named and ended', async () => {
      const id = await begin({ title: 'Sales' });
      const other = await begin();
      expect((await call('GET', `conversations/${id}`)).body).to.deep.include({ title: 'Sales', owner: 'boss' });
      const { data, count } = (await call('GET', 'conversations?q=sal')).body as unknown as {
        data: { id: string }[];
        count: number;
      };
      expect([data.map((one) => one.id), count]).to.deep.equal([[id], 1]);
      expect((await call('PATCH', `conversations/${id}`, { title: 'Sales of May' })).body.title).to.equal(
        'Sales of May',
      );
      for (const one of [id, other]) expect((await call('DELETE', `conversations/${one}`)).status).to.equal(204);
      expect((await call('GET', `conversations/${id}`)).status).to.equal(404);
      const actions = server
        .entries()
        .map(({ intent }) => intent.action)
        .filter((action) => action.startsWith('conversation'));
      expect(actions).to.include.members(['conversation.create', 'conversation.change', 'conversation.delete']);
    });

    it('give a question what was asked before it, and keep what was understood but no row', async () => {
      const id = await begin();
      const first = await call('POST', `conversations/${id}/ask`, { question: 'Revenue in Germany?' });
      expect(first.body).to.deep.include({ outcome: 'answered', conversation_id: id, rows: [[12]] });
      const second = await call('POST', 'ask', { question: 'And in France?', conversation_id: id });
      expect(second.body).to.deep.include({ outcome: 'answered', rows: [[11]] });
      expect(asked[1]!.previous.map(({ question, query }) => [question, query.metrics])).to.deep.equal([
        ['Revenue in Germany?', ['revenue']],
      ]);
      const { data } = (await call('GET', `conversations/${id}/messages`)).body as unknown as {
        data: Record<string, unknown>[];
      };
      expect(data.map(({ question, outcome, row_count }) => [question, outcome, row_count])).to.deep.equal([
        ['Revenue in Germany?', 'answered', 1],
        ['And in France?', 'answered', 1],
      ]);
      expect(data[0]).to.include.keys('sql', 'execution_time_ms', 'created_at', 'query');
      expect((await call('GET', `conversations/${id}`)).body.title).to.equal('Revenue in Germany?');
      const kept = await store.read((db) => db.findBy(conversationMessages, { conversationId: id }));
      expect(JSON.stringify(kept)).not.to.match(/\[\[|Revenue.*: 1[12]/);
    });

    it('are run again under the policies of whoever runs them, now', async () => {
      const id = await begin({}, 'clara');
      const { body } = await call('POST', `conversations/${id}/ask`, { question: 'Revenue in Germany?' }, 'clara');
      const again = await call('POST', `conversations/${id}/messages/${body.message_id}/run`, undefined, 'clara');
      expect(again.body).to.deep.include({ outcome: 'answered', rows: [[12]], policies: ['all_regions', 'german'] });
      expect(asked).to.have.length(1);
    });

    it('are their owner’s alone', async () => {
      const id = await begin({}, 'clara');
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { title: 'Mine' }],
        ['DELETE', '', undefined],
        ['GET', '/messages', undefined],
        ['POST', '/ask', { question: 'Revenue?' }],
      ] as const) {
        expect((await call(method, `conversations/${id}${path}`, body)).body.code, method + path).to.equal('NOT_FOUND');
      }
      expect((await call('POST', 'ask', { question: 'Revenue?', conversation_id: id })).status).to.equal(404);
    });

    it('share with other processes what generated SQL stands for', async () => {
      const { body } = await call('POST', 'sql/generate', { question: 'Revenue in Germany?' });
      const other = createGeneratedQueries(store, createLogger({ level: 'silent' }));
      const [boss, clara] = ['boss', 'clara'].map((user) => createSubject({ user, roles: ['admin'] }));
      expect(await other.find(boss!, String(body.query_id), `${body.sql} `)).to.deep.include({ metrics: ['revenue'] });
      expect(await other.find(boss!, String(body.query_id), `${body.sql} limit 1`)).to.equal(null);
      expect(await other.find(clara!, String(body.query_id), String(body.sql))).to.equal(null);
      await sweepGenerated(store, Date.now() + 2 * 24 * 3_600_000);
      expect(await other.find(boss!, String(body.query_id), String(body.sql))).to.equal(null);
    });

    it('answer to their old spelling', async () => {
      const { body: session } = await call('POST', 'chat/main/sessions', {});
      expect(session).to.deep.include({ connection: 'main' });
      const answer = await call('POST', 'chat/main', { message: 'Revenue in Germany?', session_id: session.id });
      expect(answer.body).to.deep.include({ outcome: 'answered', conversation_id: session.id, connection: 'main' });
      const { body } = await call('GET', 'chat/main/sessions');
      expect((body.data as unknown as { id: string }[]).map(({ id }) => id)).to.deep.equal([session.id]);
      expect((await call('GET', 'chat/elsewhere/sessions')).body.count).to.equal(0);
      const one = `chat/main/sessions/${session.id}`;
      expect((await call('PATCH', one, { title: 'Old' })).body.title).to.equal('Old');
      expect((await call('GET', one)).body.title).to.equal('Old');
      expect((await call('POST', 'chat/main', { message: 3 })).status).to.equal(400);
      expect((await call('DELETE', `chat/main/sessions/${session.id}`)).status).to.equal(204);
    });
  });
