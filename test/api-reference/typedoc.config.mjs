/** How TypeDoc writes docs/api: one page for each entry of the package. `make api` runs it. */

import { resolve } from 'node:path';
import { entries, root } from './entries.mjs';

export default {
  plugin: ['typedoc-plugin-markdown', './theme.mjs'],
  theme: 'raftwright',
  name: 'raftwright',
  entryPoints: entries.map(({ file }) => file),
  tsconfig: resolve(root, 'tsconfig.json'),
  // The build has checked them, with the compiler that counts.
  skipErrorChecking: true,
  readme: 'none',
  sort: ['source-order'],
  kindSortOrder: ['Function', 'Class', 'Interface', 'TypeAlias', 'Variable'],
  disableSources: true,
  excludeExternals: true,
  excludeInternal: true,
  excludeReferences: true,
  validation: { notExported: false, notDocumented: false },
  router: 'module',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  expandParameters: true,
  parametersFormat: 'none',
  interfacePropertiesFormat: 'table',
  classPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: {
    hideDefaults: true,
    hideInherited: true,
    hideModifiers: true,
    hideOverrides: true,
    hideSources: true,
  },
};
