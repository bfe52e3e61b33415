import { createApp } from '@backstage/frontend-defaults';
import apiDocs from '@backstage/plugin-api-docs/alpha';
import catalog from '@backstage/plugin-catalog/alpha';
import catalogGraph from '@backstage/plugin-catalog-graph/alpha';
import catalogImport from '@backstage/plugin-catalog-import/alpha';
import org from '@backstage/plugin-org/alpha';
import userSettings from '@backstage/plugin-user-settings/alpha';
import ReactDOM from 'react-dom/client';
import '@backstage/ui/css/styles.css';

const app = createApp({
  features: [apiDocs, catalog, catalogGraph, catalogImport, org, userSettings],
});

ReactDOM.createRoot(document.getElementById('root')).render(app.createRoot());
