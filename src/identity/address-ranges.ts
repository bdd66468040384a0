import { BlockList, isIP } from 'node:net';
import { DataMindError } from '../../core/errors/datamind-error.js';
import { changeAudited } from '../audit/change-audited.js';
import { intentOf } from '../audit/intent-of.js';
import { type ListRequest, listRows } from '../store/list-rows.js';
import { newId } from '../store/new-id.js';
import { actorOf, type Caller, workspaceOf } from './caller.js';
import type { Circumstances, IdentityServices } from './service.js';
import { type AddressRangeRow, addressRanges } from './store.js';

export type Addresses = (address: string | null) => boolean;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `192.0.2.0/24`, `2001:db8::/32`, or one address. @throws DataMindError `BAD_REQUEST` */
export const normalRange = (text: string): string => {
  const [address = '', bits, more] = text.trim().toLowerCase().split('/');
  const most = isIP(address) === 6 ? 128 : 32;
  const prefix = bits === undefined ? most : Number(bits);
  if (isIP(address) === 0 || more !== undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits)) || prefix > most) {
    throw new DataMindError(
      'BAD_REQUEST',
      'A range is an address with its bits, such as 192.0.2.0/24 or 2001:db8::/32.',
      {
        at: '/range',
      },
    );
  }
  return `${address}/${prefix}`;
};

/** Whether an address is in one of the ranges; every address is, when there are none. */
export const within = (ranges: readonly string[]): Addresses => {
  if (ranges.length === 0) return () => true;
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => address !== null && isIP(address) !== 0 && list.check(address, familyOf(address));
};

const shown = ({ id, range, note, createdAt }: AddressRangeRow) => ({
  id,
  range,
  note,
  created_at: new Date(createdAt).toISOString(),
});

export const listRanges = async ({ store }: IdentityServices, caller: Caller, page: ListRequest) => {
  const rules = {
    sortable: { range: 'range', created_at: 'createdAt' },
    sortedBy: 'range',
    searched: ['range', 'note'],
    key: 'id',
  } as const;
  const { data, count } = await store.read((db) =>
    listRows(db, store.engine, addressRanges, page, rules, (query) =>
      query.where({ workspaceId: workspaceOf(caller) }),
    ),
  );
  return { data: data.map(shown), count };
};

/** Who would not come in any more could not take it back. */
const assertStaysIn = (ranges: readonly string[], caller: Caller, address: string | null): void => {
  if (caller.kind === 'local' || within(ranges)(address)) return;
  throw new DataMindError('CONFLICT', 'Your own address would be shut out; add a range that it is in first.', {
    at: '/range',
  });
};

export const addRange = async (
  services: IdentityServices,
  caller: Caller,
  { range: text, note = '' }: { readonly range: string; readonly note?: string },
  circumstances: Circumstances,
) => {
  const { now } = services;
  const workspaceId = workspaceOf(caller);
  const row: AddressRangeRow = { id: newId(now()), workspaceId, range: normalRange(text), note, createdAt: now() };
  const detail = { what: 'ip-restriction', added: row.range };
  const intent = intentOf(actorOf(caller), 'setting.change', row.id, circumstances, detail);
  await changeAudited(services, intent, ['identity'], async (db) => {
    const before = (await db.findBy(addressRanges, { workspaceId })).map(({ range }) => range);
    assertStaysIn([...before, row.range], caller, circumstances.address);
    await db.insert(addressRanges, row);
  });
  return shown(row);
};

export const removeRange = async (
  services: IdentityServices,
  caller: Caller,
  id: string,
  circumstances: Circumstances,
): Promise<void> => {
  const workspaceId = workspaceOf(caller);
  const detail = { what: 'ip-restriction', removed: id };
  const intent = intentOf(actorOf(caller), 'setting.change', id, circumstances, detail);
  await changeAudited(services, intent, ['identity'], async (db) => {
    const before = await db.findBy(addressRanges, { workspaceId });
    if (!before.some((row) => row.id === id)) throw new DataMindError('NOT_FOUND', 'There is no such range.');
    const left = before.filter((row) => row.id !== id).map(({ range }) => range);
    assertStaysIn(left, caller, circumstances.address);
    await db.remove(addressRanges, { workspaceId, id });
  });
};
