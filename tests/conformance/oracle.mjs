// Answers one JSON line for each that it reads: what Backstage's own packages say of a document, a text or a reference.
import { createRequire } from 'node:module';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
// Some of what is asked is not exported: it is taken by its place in the package.
const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules/@backstage');
const backend = file => require(`${packages}/plugin-catalog-backend/dist/${file}.cjs.js`);

const model = require('@backstage/catalog-model');
const { parseEntityYaml } = require('@backstage/plugin-catalog-node');
const { ScmIntegrations } = require('@backstage/integration');
const { ConfigReader } = require('@backstage/config');
const { BuiltinKindsEntityProcessor } = backend('processors/BuiltinKindsEntityProcessor');
const { AnnotateLocationEntityProcessor } = backend('processors/AnnotateLocationEntityProcessor');
const placeholders = backend('processors/PlaceholderProcessor');
const { DefaultCatalogProcessingOrchestrator } = backend('processing/DefaultCatalogProcessingOrchestrator');
const { buildEntitySearch } = backend('database/operations/stitcher/buildEntitySearch');
const { ScaffolderEntitiesProcessor } = require(
  `${packages}/plugin-catalog-backend-module-scaffolder-entity-model/dist/processor/ScaffolderEntitiesProcessor.cjs.js`);

const integrations = ScmIntegrations.fromConfig(new ConfigReader({}));
const quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };
const envelope = model.entityEnvelopeSchemaValidator();

/** The files that placeholders find, by address. */
let files = {};
const reader = {
  async readUrl(url) {
    if (!(url in files)) throw new Error(`there is no ${url}`);
    return { buffer: async () => Buffer.from(files[url]) };
  },
};
const orchestrator = new DefaultCatalogProcessingOrchestrator({
  processors: [
    new placeholders.PlaceholderProcessor({ reader, integrations, resolvers: {
      json: placeholders.jsonPlaceholderResolver,
      text: placeholders.textPlaceholderResolver,
      yaml: placeholders.yamlPlaceholderResolver,
    } }),
    new BuiltinKindsEntityProcessor(),
    // Whether the targets of a Location can be read is not what is asked here.
    { getProcessorName: () => 'reads-everything', readLocation: async () => true },
    new AnnotateLocationEntityProcessor({ integrations }),
    new ScaffolderEntitiesProcessor(),
  ],
  integrations,
  logger: quiet,
  // What a catalog has where nothing is configured.
  policy: model.EntityPolicies.allOf([
    new model.SchemaValidEntityPolicy(), new model.DefaultNamespaceEntityPolicy(),
    new model.NoForeignRootFieldsEntityPolicy(), new model.FieldFormatEntityPolicy(model.makeValidator({})),
  ]),
  parser: async function* nothing() {},
  rulesEnforcer: { isAllowed: () => true },
  allowedLocationTypes: ['url'],
});

/** What becomes of a document that was read from a location: an entity with its relations, or null. */
async function judge({ document, location }) {
  try {
    envelope(document);
  } catch {
    return null;
  }
  // As the catalog does with each entity that a location gives it.
  const given = document.metadata.annotations || {};
  if (typeof given !== 'object' || Array.isArray(given)) return null;
  const annotations = { ...given, [model.ANNOTATION_ORIGIN_LOCATION]: location, [model.ANNOTATION_LOCATION]: location };
  const entity = { ...document, metadata: { ...document.metadata, annotations } };
  const done = await orchestrator.process({ entity, state: {} });
  if (!done.ok) return null;
  const ref = model.stringifyEntityRef;
  return { document: done.completedEntity, relations: done.relations.map(r => [ref(r.source), r.type, ref(r.target)]) };
}

/** What becomes of each document of a text, and how many cannot be read. */
async function read({ text, location }) {
  const documents = [];
  let faults = 0;
  try {
    for (const found of parseEntityYaml(Buffer.from(text), { type: 'url', target: location })) {
      if (found.type === 'entity') documents.push(await judge({ document: found.entity, location }));
      else faults += 1;
    }
    JSON.stringify(documents);
  } catch {
    // An alias that leads nowhere, or in a circle: the whole text is of no use.
    return { documents: [], faults: 1 };
  }
  return { documents, faults };
}

function search({ entity }) {
  try {
    return buildEntitySearch('', entity).map(row => [row.key, row.value, row.original_value]);
  } catch {
    return null;
  }
}

function parseRef({ ref, kind, namespace }) {
  try {
    return model.parseEntityRef(ref, { defaultKind: kind, defaultNamespace: namespace });
  } catch {
    return null;
  }
}

function stringifyRef({ ref }) {
  try {
    return model.stringifyEntityRef(ref);
  } catch {
    return null;
  }
}

function isUrl({ text }) {
  try {
    return Boolean(new URL(text));
  } catch {
    return false;
  }
}

/** Where a target leads that is written in the file at an address, and whether a placeholder may read it. */
function resolve({ url, base }) {
  try {
    return integrations.resolveUrl({ url, base });
  } catch {
    return null;
  }
}

/** What the catalog notes of the address that an entity was read from. */
async function annotate({ location }) {
  const entity = { metadata: { annotations: {} } };
  const at = model.parseLocationRef(location);
  const annotator = new AnnotateLocationEntityProcessor({ integrations });
  return (await annotator.preProcessEntity(entity, at, () => {}, at)).metadata.annotations;
}

const answers = { annotate, resolve, judge, read, search, parseRef, stringifyRef, isUrl };

for await (const line of readline.createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  files = question.files ?? {};
  process.stdout.write(`${JSON.stringify(await answers[question.asked](question)) ?? null}\n`);
}
