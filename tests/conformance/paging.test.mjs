// Every way of the client to page: filters and predicates, forth and back, streams, offsets.
import assert from 'node:assert/strict';
import test from 'node:test';
import { catalog, names, refs, refusal, sent } from './client.mjs';

const BY_NAME = { field: 'metadata.name', order: 'asc' };
const filter = { kind: 'component' };
const query = { kind: 'component' };
const ALL = ['gate', 'ledger', 'refunds', 'Statements'];
const asks = { 'a filter': { filter }, 'a predicate': { query }, 'both': { query, filter: { 'spec.type': ['service', 'website'] } } };

for (const [words, asked] of Object.entries(asks)) {
  for (const order of ['asc', 'desc']) {
    test(`cursors of ${words} lead forth and back, ${order}`, async () => {
      const expected = order === 'asc' ? ALL : [...ALL].reverse();
      const first = await catalog.queryEntities({ ...asked, limit: 1, orderFields: { ...BY_NAME, order } });
      assert.equal(first.pageInfo.prevCursor, undefined);
      const pages = [first];
      while (pages.at(-1).pageInfo.nextCursor) pages.push(await catalog.queryEntities({ cursor: pages.at(-1).pageInfo.nextCursor, limit: 1 }));
      assert.deepEqual(pages.map(page => names(page.items)), expected.map(name => [name]));
      assert.deepEqual(pages.map(page => page.totalItems), [4, 4, 4, 4]);
      const back = [pages.at(-1)];
      while (back.at(-1).pageInfo.prevCursor) back.push(await catalog.queryEntities({ cursor: back.at(-1).pageInfo.prevCursor, limit: 1 }));
      assert.deepEqual(back.map(page => names(page.items)), [...expected].reverse().map(name => [name]));
      assert.ok(back.slice(1).every(page => page.pageInfo.nextCursor));
    });
  }

  test(`a stream of ${words} gives every page`, async () => {
    const pages = [];
    for await (const page of catalog.streamEntities({ ...asked, pageSize: 3 })) pages.push(page);
    assert.deepEqual(pages.map(page => page.length), [3, 1]);
    assert.equal(refs(pages.flat()).length, 4);
  });
}

test('the page after one by predicate is asked for by POST', async () => {
  const first = await catalog.queryEntities({ query, limit: 2 });
  await catalog.queryEntities({ cursor: first.pageInfo.nextCursor });
  assert.equal(sent.at(-1)[1].method, 'POST');
});

test('limit and fields are those of each request, all else is the cursor\'s', async () => {
  const first = await catalog.queryEntities({ filter, limit: 1, orderFields: BY_NAME, fields: ['kind'] });
  assert.deepEqual(first.items, [{ kind: 'Component' }]);
  const rest = await catalog.queryEntities({ cursor: first.pageInfo.nextCursor, limit: 5, fields: ['metadata.name'] });
  assert.deepEqual(rest.items, ALL.slice(1).map(name => ({ metadata: { name } })));
});

test('a page may begin anywhere', async () => {
  for (const asked of [{ filter }, { query }]) {
    const page = await catalog.queryEntities({ ...asked, offset: 2, limit: 1, orderFields: BY_NAME });
    assert.deepEqual([names(page.items), page.totalItems], [['refunds'], 4]);
  }
});

test('a count costs no items, and a page no count', async () => {
  const none = await catalog.queryEntities({ filter, limit: 0 });
  assert.deepEqual(none, { items: [], totalItems: 4, pageInfo: {} });
  for (const asked of [{ filter }, { query }])
    assert.equal((await catalog.queryEntities({ ...asked, limit: 1, totalItems: 'exclude' })).totalItems, 0);
});

test('what lacks the field that orders is left out', async () => {
  const page = await catalog.queryEntities({ filter, orderFields: { field: 'metadata.title', order: 'asc' } });
  assert.deepEqual([names(page.items), page.totalItems], [['ledger'], 1]);
});

test('texts are found in the fields asked for, in any case', async () => {
  const found = async (term, fields, more = { filter }) => names((await catalog.queryEntities({ ...more, fullTextFilter: { term, fields }, orderFields: BY_NAME })).items);
  assert.deepEqual(await found('LEDG', ['metadata.name', 'metadata.title']), ['ledger']);
  assert.deepEqual(await found('  mon ', ['relations.ownedBy']), ['ledger', 'refunds']);
  assert.deepEqual(await found('e'), ['gate', 'ledger', 'refunds', 'Statements']);
  assert.deepEqual(await found('e', ['metadata.name'], { query: { $all: [query, { 'spec.type': 'website' }] } }), ['Statements']);
});

test('predicates choose', async () => {
  const chosen = async asked => refs((await catalog.queryEntities({ query: asked })).items);
  assert.deepEqual(await chosen({ $all: [query, { $not: { 'spec.lifecycle': 'production' } }] }), ['component:default/refunds']);
  assert.deepEqual(await chosen({ $any: [{ kind: 'API' }, { 'metadata.labels.tier': { $exists: true } }] }), ['api:default/payments', 'component:default/ledger']);
  assert.deepEqual(await chosen({ kind: { $in: ['System', 'domain'] } }), ['domain:default/commerce', 'system:default/bank']);
  assert.deepEqual(await chosen({ kind: 'component', 'metadata.name': { $hasPrefix: 'RE' } }), ['component:default/refunds']);
  assert.deepEqual(await chosen({ 'metadata.tags': { $contains: 'c++' } }), ['component:default/ledger']);
  assert.deepEqual(await chosen({ relations: { $contains: { type: 'dependsOn', targetRef: { $in: ['component:default/ledger'] } } } }), ['component:default/refunds', 'component:edge/gate']);
  assert.deepEqual(await chosen({ 'metadata.annotations.example.com/note': { $hasPrefix: 'some' } }), ['component:default/ledger']);
});

test('what is no predicate and no cursor is refused', async () => {
  for (const asked of [{ $nor: [] }, { kind: null }, { kind: { a: 1 } }, { $all: [], kind: 'a' }, { relations: { $contains: {} } }])
    await assert.rejects(catalog.queryEntities({ query: asked }), refusal(400, 'InputError'), JSON.stringify(asked));
  for (const cursor of ['eA==', Buffer.from('{"query":1}').toString('base64'), Buffer.from('[]').toString('base64')])
    await assert.rejects(catalog.queryEntities({ cursor }), refusal(400, 'InputError'), cursor);
});
