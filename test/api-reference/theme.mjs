/**
 * How a page of the reference looks: like the plugin's, but for this.
 *
 * - Pages are called as the entries are, and begin with the comment at the head of the source.
 * - A signature is one line, whose types are links. Only what the doc comment says of parameters and
 *   of what is returned follows it.
 * - A union is a list of its variants, each with what is said of it.
 */

import {
  Comment,
  Converter,
  IntersectionType,
  ReflectionKind,
  ReflectionType,
  UnionType,
} from 'typedoc';
import { MarkdownTheme, MarkdownThemeContext } from 'typedoc-plugin-markdown';
import { entries } from './entries.mjs';

class Context extends MarkdownThemeContext {
  constructor(theme, page, options) {
    super(theme, page, options);
    const plain = { ...this.partials };
    const { reflection } = this.templates;
    this.templates = {
      ...this.templates,
      reflection: (one) => (one.model === one.project ? contents() : reflection(one)),
    };
    this.partials = {
      ...plain,
      pageTitle: () => titleOf(this.page),
      signature: (model, options) => signature(this, model, options),
      accessor: (model) => accessor(this, model),
      declaration: (model, options) =>
        variantsOf(model) === null
          ? plain.declaration(model, options)
          : union(this, model, variantsOf(model)),
      // The name of a type parameter stands in the signature already.
      typeParametersTable: () => '',
    };
  }
}

function titleOf({ model }) {
  return entries.find(({ page }) => page === model.name)?.path ?? model.name;
}

/** The first page: what there is to import. */
function contents() {
  // What most programs need comes first, though its page is written last.
  const whole = entries.filter(({ path }) => path === 'raftwright');
  const rows = [...whole, ...entries.filter((entry) => !whole.includes(entry))].map(
    ({ path, page, head }) =>
      `| [\`${path}\`](${page}.md) | ${head.split('\n\n')[0].replaceAll('\n', ' ')} |`,
  );
  return `${[
    '# API reference',
    '',
    'What the package exports, by what is imported. It is written from the doc comments of the source',
    'by `make api`. [stability.md](../stability.md) says what will stay as it is.',
    '',
    '| import | what it is |',
    '|---|---|',
    ...rows,
  ].join('\n')}\n`;
}

const summaryOf = (context, comment) =>
  comment === undefined ? '' : context.helpers.getCommentParts(comment.summary).trim();

/** What a doc comment says after its summary: parameters, what is returned, what is thrown. */
function details(context, parameters, comment) {
  const said = parameters
    .map((parameter) => [`\`${parameter.name}\``, summaryOf(context, parameter.comment)])
    .concat(
      (comment?.blockTags ?? []).map(({ tag, content }) => [
        tag === '@returns' ? 'Returns' : tag === '@throws' ? 'Throws' : tag.slice(1),
        context.helpers.getCommentParts(content).trim(),
      ]),
    )
    .filter(([, text]) => text !== '');
  return said
    .map(([name, text]) =>
      /^(Returns|Throws)$/.test(name) ? `- ${name} ${text}` : `- ${name}: ${text}`,
    )
    .map((line) => line.replaceAll('\n', '\n  '))
    .join('\n');
}

const join = (...parts) => parts.filter((part) => part !== '').join('\n\n');

function signature(context, model, options) {
  const comment = options.multipleSignatures
    ? model.comment
    : (model.comment ?? model.parent?.comment);
  return join(
    options.hideTitle ? '' : context.partials.signatureTitle(model, { accessor: options.accessor }),
    summaryOf(context, comment),
    details(context, model.parameters ?? [], comment),
  );
}

function accessor(context, model) {
  const getter = model.getSignature;
  const type = context.partials.someType(getter.type);
  const comment = getter.comment ?? model.comment;
  return join(
    `> \`readonly\` **${model.name}**: ${type}`,
    summaryOf(context, comment),
    details(context, [], comment),
  );
}

/** The variants of a union that has others than names, or null. */
function variantsOf(model) {
  const isUnion = model.kind === ReflectionKind.TypeAlias && model.type instanceof UnionType;
  if (!isUnion) return null;
  const { types, elementSummaries } = model.type;
  const isTold = elementSummaries?.some((summary) => summary.length > 0);
  return isTold || types.some(isObject)
    ? types.map((type, at) => ({ type, summary: elementSummaries?.[at] ?? [] }))
    : null;
}

const isObject = (type) =>
  type instanceof ReflectionType
    ? type.declaration.children !== undefined
    : type instanceof IntersectionType && type.types.some(isObject);

function fieldsOf(type) {
  if (type instanceof IntersectionType) return type.types.flatMap(fieldsOf);
  return isObject(type) ? type.declaration.children : [];
}

function shape(context, type) {
  if (type instanceof IntersectionType) {
    return type.types.map((part) => shape(context, part)).join(' & ');
  }
  if (!isObject(type)) return context.partials.someType(type);
  const fields = type.declaration.children.map(
    (field) =>
      `\`${field.name}${field.flags.isOptional ? '?' : ''}\`: ${context.partials.someType(context.helpers.getDeclarationType(field))}`,
  );
  return `\\{ ${fields.join(', ')} \\}`;
}

function union(context, model, variants) {
  const parameters = context.helpers.getTypeParameters(model.typeParameters) ?? '';
  const head = parameters === '' ? '' : `\\<${parameters}\\>`;
  const list = variants.map(({ type, summary }) => {
    const said = context.helpers.getCommentParts(summary).trim();
    const fields = fieldsOf(type)
      .map((field) => [field.name, summaryOf(context, field.comment)])
      .filter(([, text]) => text !== '')
      .map(([name, text]) => `  - \`${name}\`: ${text.replaceAll('\n', '\n    ')}`);
    const line = `- ${shape(context, type)}${said === '' ? '' : `<br>\n  ${said.replaceAll('\n', '\n  ')}`}`;
    return [line, ...fields].join('\n');
  });
  return join(
    `> **${model.name}**${head} = one of the following`,
    summaryOf(context, model.comment),
    list.join('\n'),
  );
}

class Theme extends MarkdownTheme {
  render(page) {
    // The plugin takes `Raft.status` and `RaftStatus` for the same heading, and numbers the second.
    return super.render(page).replaceAll(/(\]\((?:\w+\.md)?#[a-z]+)-1\)/g, '$1)');
  }

  getRenderContext(page) {
    return new Context(this, page, this.application.options);
  }
}

export function load(application) {
  application.renderer.defineTheme('raftwright', Theme);
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.getChildrenByKind(ReflectionKind.Module)) {
      const entry = entries.find((one) => one.name === module.name);
      if (entry === undefined) continue;
      module.name = entry.page;
      module.comment = new Comment([{ kind: 'text', text: entry.head }]);
    }
  });
}
