// What the client registers, looks up, refreshes and takes away, from a small web server of the test's own.
import assert from 'node:assert/strict';
import http from 'node:http';
import test, { after, before } from 'node:test';
import { catalog, ref, refs, refusal, relations, until } from './client.mjs';

const PORT = Number(process.env.ELSEWHERE_PORT);
const at = path => `http://127.0.0.1:${PORT}/${path}`;
const component = (name, more = '') => `apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ${name}, namespace: elsewhere${more}}
spec: {type: service, lifecycle: production, owner: group:default/money, note: {$text: ./note.txt}}
`;
const files = {
  '/one.yaml': component('one'), '/two.yaml': component('two'), '/note.txt': 'a note', '/bad.yaml': 'kind: Component\nmetadata: {}',
  '/more.yaml': `apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {name: more, namespace: elsewhere}\nspec: {targets: [./two.yaml]}\n`,
};
const server = http.createServer(({ url }, answer) => answer.writeHead(files[url] ? 200 : 404).end(files[url]));
before(() => new Promise(ready => { server.listen(PORT, '127.0.0.1', ready); }));
after(() => { server.closeAllConnections(); server.close(); });
const found = text => catalog.getEntityByRef(text);
const gone = text => until(async () => !(await found(text)));

test('a dry run shows what would come, and keeps nothing', async () => {
  const { location, entities, exists } = await catalog.addLocation({ type: 'url', target: at('one.yaml'), dryRun: true });
  assert.deepEqual([location.type, location.target, exists], ['url', at('one.yaml'), false]);
  assert.deepEqual(refs(entities), ['component:elsewhere/one']);
  assert.equal(entities.find(entity => entity.kind === 'Component').spec.note, 'a note');
  assert.ok(entities.every(entity => !entity.metadata.uid));
  assert.deepEqual((await catalog.getLocations()).items, []);
  await assert.rejects(catalog.addLocation({ target: at('bad.yaml'), dryRun: true }), refusal(400, 'InputError'));
  await assert.rejects(catalog.addLocation({ target: at('none.yaml'), dryRun: true }), refusal(400, 'InputError'));
});

test('a location that is added is read, found in every way, and taken away', async () => {
  const target = at('one.yaml');
  const { location, entities } = await catalog.addLocation({ target });
  assert.deepEqual([location.type, location.target, entities], ['url', target, []]);
  const entity = await until(() => found('component:elsewhere/one'));
  assert.deepEqual(relations(entity), ['ownedBy group:default/money']);
  assert.equal(entity.spec.note, 'a note');
  assert.equal(entity.metadata.annotations['backstage.io/managed-by-location'], `url:${target}`);
  assert.equal(entity.metadata.annotations['backstage.io/view-url'], target);
  assert.deepEqual((await catalog.getLocations()).items, [location]);
  assert.deepEqual(await catalog.getLocationById(location.id), location);
  assert.deepEqual(await catalog.getLocationByRef(`url:${target}`), location);
  assert.deepEqual(await catalog.getLocationByEntity('component:elsewhere/one'), location);
  assert.equal(await catalog.getLocationByEntity('component:default/ledger'), undefined);
  assert.equal(await catalog.getLocationById('1a3b1b5e-6a6b-4a64-9a63-6f4d2b0b0f0a'), undefined);
  assert.equal(await catalog.getLocationByRef('url:none'), undefined);
  const { items } = await catalog.getEntityAncestors({ entityRef: 'component:elsewhere/one' });
  assert.deepEqual(items.map(item => ref(item.entity)), ['component:elsewhere/one', location.entityRef]);
  assert.equal((await catalog.addLocation({ target, dryRun: true })).exists, true);
  await assert.rejects(catalog.addLocation({ target }), refusal(409, 'ConflictError'));
  assert.deepEqual((await catalog.addLocation({ target, onConflict: 'refresh' })).location, location);
  await assert.rejects(catalog.addLocation({ type: 'file', target: '/etc/passwd' }), refusal(400, 'InputError'));
  await catalog.removeLocationById(location.id);
  await gone('component:elsewhere/one');
  await gone(location.entityRef);
  await assert.rejects(catalog.removeLocationById(location.id), refusal(404, 'NotFoundError'));
});

test('a location that is updated keeps its id and its entity', async () => {
  const { location } = await catalog.addLocation({ target: at('one.yaml') });
  const other = await catalog.addLocation({ target: at('more.yaml') });
  await until(() => found('component:elsewhere/one'));
  await until(() => found('component:elsewhere/two'));
  await assert.rejects(catalog.updateLocation(location.id, { type: 'url', target: at('more.yaml') }), refusal(409, 'ConflictError'));
  await catalog.removeLocationById(other.location.id);
  await gone('component:elsewhere/two');
  const moved = await catalog.updateLocation(location.id, { type: 'url', target: at('two.yaml') });
  assert.deepEqual(moved, { ...location, target: at('two.yaml') });
  await until(() => found('component:elsewhere/two'));
  await gone('component:elsewhere/one');
  await catalog.removeLocationById(location.id);
  await assert.rejects(catalog.updateLocation(location.id, { type: 'url', target: at('one.yaml') }), refusal(404, 'NotFoundError'));
});

test('locations are asked for by query and streamed', async () => {
  const added = [];
  for (const name of ['one.yaml', 'two.yaml', 'more.yaml']) added.push((await catalog.addLocation({ target: at(name) })).location);
  const byId = [...added].sort((one, other) => (one.id < other.id ? -1 : 1));
  const first = await catalog.queryLocations({ limit: 2 });
  assert.deepEqual([first.items, first.totalItems], [byId.slice(0, 2), 3]);
  const second = await catalog.queryLocations({ cursor: first.pageInfo.nextCursor });
  assert.deepEqual([second.items, second.pageInfo], [byId.slice(2), {}]);
  const chosen = await catalog.queryLocations({ query: { target: { $in: [at('TWO.yaml'), at('more.yaml')] } } });
  assert.deepEqual(chosen.items, byId.filter(location => location.target !== at('one.yaml')));
  const pages = [];
  for await (const page of catalog.streamLocations({ limit: 1 })) pages.push(page);
  assert.deepEqual(pages, byId.map(location => [location]));
  for (const { id } of added) await catalog.removeLocationById(id);
  await gone('component:elsewhere/two');
});

test('what changed is read when it is refreshed', async () => {
  const { location } = await catalog.addLocation({ target: at('one.yaml') });
  const before = await until(() => found('component:elsewhere/one'));
  files['/one.yaml'] = component('one', ', title: New');
  await catalog.refreshEntity('component:elsewhere/one');
  const later = await until(async () => { const entity = await found('component:elsewhere/one'); return entity.metadata.title && entity; });
  assert.equal(later.metadata.uid, before.metadata.uid);
  assert.notEqual(later.metadata.etag, before.metadata.etag);
  files['/one.yaml'] = 'a: [';
  await catalog.refreshEntity(location.entityRef);
  const broken = await until(async () => { const entity = await found(location.entityRef); return entity.status && entity; });
  assert.equal(broken.status.items[0].type, 'backstage.io/catalog-processing');
  assert.equal(broken.status.items[0].level, 'error');
  assert.equal((await found('component:elsewhere/one')).metadata.title, 'New');
  await assert.rejects(catalog.refreshEntity('component:default/none'), refusal(404, 'NotFoundError'));
  await catalog.removeLocationById(location.id);
  await gone('component:elsewhere/one');
  files['/one.yaml'] = component('one');
});

test('an entity is taken away by its uid, and an unknown uid is no error', async () => {
  const { location } = await catalog.addLocation({ target: at('one.yaml') });
  const { metadata } = await until(() => found('component:elsewhere/one'));
  await catalog.removeEntityByUid(metadata.uid);
  await gone('component:elsewhere/one');
  await catalog.removeEntityByUid(metadata.uid);
  await catalog.removeLocationById(location.id);
});

test('an entity is validated without being kept', async () => {
  const entity = { apiVersion: 'backstage.io/v1alpha1', kind: 'User', metadata: { name: 'new' }, spec: { memberOf: ['money'] } };
  assert.deepEqual(await catalog.validateEntity(entity, `url:${at('one.yaml')}`), { valid: true });
  for (const [bad, where] of [[{ ...entity, spec: {} }, 'url:http://a'], [entity, 'file:/a'], [entity, 'nonsense']]) {
    const { valid, errors } = await catalog.validateEntity(bad, where);
    assert.equal(valid, false);
    assert.ok(errors.length && errors.every(error => error.name && error.message));
  }
  assert.equal(await found('user:default/new'), undefined);
});

test('an address is analyzed', async () => {
  const { existingEntityFiles, generateEntities } = await catalog.analyzeLocation({ location: { type: 'url', target: 'https://github.com/acme/ledger' } });
  assert.deepEqual(existingEntityFiles, []);
  assert.deepEqual(generateEntities[0].entity, { apiVersion: 'backstage.io/v1alpha1', kind: 'Component',
    metadata: { name: 'ledger', annotations: { 'github.com/project-slug': 'acme/ledger' } }, spec: { type: 'other', lifecycle: 'unknown' } });
});
