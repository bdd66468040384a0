/** Questions in words on a connection: stages as they are gone through, the rows, the answer; given up when the asker says so or leaves. */
import type { Socket } from 'socket.io';
import { DataMindError } from '../../core/errors/datamind-error.js';
import type { AppLogger } from '../../core/logging/create-logger.js';
import { correlationId } from '../../core/logging/correlation-id.js';
import { checkValue } from '../api/check-values.js';
import { isExpected, toProblem } from '../api/problem.js';
import type { RateLimiter } from '../api/rate-limits.js';
import { refusalOf } from '../identity/check-access.js';
import type { Caller } from '../identity/caller.js';
import type { QuestionAnswer } from '../pipeline/question.js';
import '../questions/schemas.js';
import { type Asking, maySql, type QuestionBody } from '../questions/service.js';

export interface SocketQuestions {
  readonly log: AppLogger;
  readonly limiter?: RateLimiter;
  /** Who is at the other end, asked anew. @throws DataMindError */
  callerOf(): Promise<Caller>;
  readonly address: string | null;
  /** Whether the connection may still have what is for its caller. */
  stillGood(): Promise<boolean>;
  ask(caller: Caller, body: QuestionBody, asking: Asking): Promise<QuestionAnswer>;
}

const access = { role: 'analyst', scope: 'query:run' } as const;
const cost = 5;
const mostAtOnce = 4;
const request = { $ref: '#/$defs/QuestionRequest' };
/** `PacketType.EVENT` of Socket.IO's parser. */
const eventType = 2;

/**
 * An event for this very connection, past the adapter: what is sent through that is kept for connections that were cut off, and
 * goes through Redis where there are many processes, and rows are not to.
 */
const sendTo = (socket: Socket, event: string, payload: object): void => {
  (socket as unknown as { packet(packet: object): void }).packet({ type: eventType, data: [event, payload] });
};

type Acknowledge = (answer: object) => void;

export const answerOverSocket = (socket: Socket, parts: SocketQuestions): void => {
  const { log, limiter, address } = parts;
  const running = new Map<string, AbortController>();

  const admit = async (body: unknown): Promise<Caller> => {
    await limiter?.fromAddress(address, cost);
    const caller = await parts.callerOf();
    const refusal = refusalOf(access, caller);
    if (refusal !== null) throw refusal;
    await limiter?.byCaller(caller, cost);
    checkValue(request, body, 'BAD_REQUEST', 'The question');
    if (running.size >= mostAtOnce) {
      throw new DataMindError('RATE_LIMITED', `A connection asks at most ${mostAtOnce} questions at once.`, {
        retryAfterSeconds: 1,
      });
    }
    return caller;
  };

  const fail = (error: unknown, id: string): object => {
    if (!isExpected(error)) log.error('a question failed', { correlation_id: id, error });
    return toProblem(error, id);
  };

  const answer = async (caller: Caller, body: QuestionBody, id: string, stop: AbortController): Promise<void> => {
    let sent: Promise<void> = Promise.resolve();
    const send = (event: string, payload: object): void => {
      sent = sent.then(async () => {
        if (!socket.connected) return;
        if (await parts.stillGood()) sendTo(socket, event, { id, ...payload });
        else {
          stop.abort();
          socket.disconnect(true);
        }
      });
    };
    try {
      const whole = await parts.ask(caller, body, {
        subject: caller.subject,
        maySql: maySql(caller),
        correlationId: id,
        origin: address,
        signal: stop.signal,
        onStage: (stage) => send('stage', stage),
        onRows: (rows) => send('rows', rows),
      });
      const {
        rows: _,
        totals: __,
        ...rest
      } = whole as QuestionAnswer & { readonly rows?: unknown; readonly totals?: unknown };
      send('answer', rest);
    } catch (error) {
      send('error', fail(error, id));
    } finally {
      running.delete(id);
    }
    await sent;
  };

  socket.on('ask', (body: unknown, acknowledge: unknown) => {
    const told: Acknowledge = typeof acknowledge === 'function' ? (acknowledge as Acknowledge) : () => undefined;
    const id = correlationId();
    const stop = new AbortController();
    admit(body)
      .then((caller) => {
        running.set(id, stop);
        told({ accepted: true, id });
        return answer(caller, body as QuestionBody, id, stop);
      })
      .catch((error: unknown) => told({ accepted: false, id, error: fail(error, id) }));
  });
  socket.on('cancel', (which: unknown, acknowledge: unknown) => {
    const id = typeof which === 'object' && which !== null ? (which as { readonly id?: unknown }).id : undefined;
    const found = typeof id === 'string' ? running.get(id) : undefined;
    found?.abort();
    if (typeof acknowledge === 'function') acknowledge({ cancelled: found !== undefined });
  });
  socket.on('disconnect', () => {
    for (const stop of running.values()) stop.abort();
  });
};
