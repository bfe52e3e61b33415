// Answers one JSON line for each that it reads: what Backstage's own model says of a document or a reference.
import readline from 'node:readline';
import {
  DefaultNamespaceEntityPolicy, EntityPolicies, FieldFormatEntityPolicy, NoForeignRootFieldsEntityPolicy,
  SchemaValidEntityPolicy, apiEntityV1alpha1Validator, componentEntityV1alpha1Validator, domainEntityV1alpha1Validator,
  entityEnvelopeSchemaValidator, groupEntityV1alpha1Validator, locationEntityV1alpha1Validator, makeValidator,
  parseEntityRef, resourceEntityV1alpha1Validator, stringifyEntityRef, systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
} from '@backstage/catalog-model';

const envelope = entityEnvelopeSchemaValidator();
const policy = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(), new DefaultNamespaceEntityPolicy(), new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(makeValidator({})),
]);
const kinds = [
  apiEntityV1alpha1Validator, componentEntityV1alpha1Validator, domainEntityV1alpha1Validator,
  groupEntityV1alpha1Validator, locationEntityV1alpha1Validator, resourceEntityV1alpha1Validator,
  systemEntityV1alpha1Validator, userEntityV1alpha1Validator,
];

async function isEntity(document) {
  envelope(document);
  const entity = await policy.enforce(document);
  for (const kind of kinds) if (await kind.check(entity)) return true;
  return false;
}

async function answer({ entity, ref, kind, namespace }) {
  try {
    if (entity !== undefined) return await isEntity(entity);
    return stringifyEntityRef(parseEntityRef(ref, { defaultKind: kind, defaultNamespace: namespace }));
  } catch {
    return false;
  }
}

for await (const line of readline.createInterface({ input: process.stdin }))
  process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
