/**
 * Reads what each entry of the package exports, with TypeScript's own eyes, and says what is wrong
 * with it, as JSON: a list of findings, each a sentence. Empty when all is well.
 *
 * - A type that an exported declaration mentions is exported by the same entry, so that whoever uses
 *   the declaration can name it. What a module does not export itself is a part of what mentions it.
 *   A class that another entry exports as a value is known to whoever has one: it came from there.
 * - Whatever is exported has a doc comment, and so have the methods and accessors of it.
 * - What throws in its own body says so in its doc comment.
 * - A number whose name promises a quantity says its unit, in its name or in its doc comment.
 */

import { relative, resolve } from 'node:path';
import process from 'node:process';
import ts from 'typescript';
import { entries, root } from './entries.mjs';

/** Names that promise a quantity, and do not say of what. */
const vagueQuantity =
  /(?:timeout|interval|delay|duration|latency|age|size|weight|length|offset|rate|elapsed|spacing|period)$/i;
const unit =
  /\b(?:ms|milliseconds?|seconds?|nanoseconds?|microseconds?|bytes?|ticks?|characters?|bits?|entries|items?|messages?|a second|per second)\b/i;
const tellsOfFailure = /@throws|\bthrows?\b|\brejects?\b/i;

const findings = [];

function programOf(files) {
  const { config } = ts.readConfigFile(resolve(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  return ts.createProgram(files, { ...options, noEmit: true });
}

const program = programOf(entries.map(({ file }) => file));
const checker = program.getTypeChecker();

const target = (symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** Whether a name is exported as a type alone, as `export type { … }` does. */
const isTypeOnly = (symbol) =>
  (symbol.declarations ?? []).some(
    (one) => ts.isTypeOnlyExportDeclaration(one) || ts.isTypeOnlyImportOrExportDeclaration(one),
  );

const isOurs = (declaration) => {
  const file = declaration.getSourceFile().fileName;
  return (
    !file.includes('/node_modules/') &&
    !program.isSourceFileDefaultLibrary(declaration.getSourceFile())
  );
};

const where = (node) => {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(root, file.fileName)}:${line + 1}`;
};

const tagsOf = (node) => ts.getJSDocTags(node).map((tag) => tag.tagName.text);
const isInternal = (node) => tagsOf(node).includes('internal');
const isHidden = (member) =>
  (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
  (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) !== 0 ||
  isInternal(member);

/** The text of a declaration's doc comment, tags included. */
function docOf(node) {
  return ts
    .getJSDocCommentsAndTags(node)
    .map((part) => part.getText())
    .join('\n');
}

/** What a member that says nothing itself has from what its class implements. */
function inheritedDoc(symbol) {
  if (symbol === undefined) return '';
  const tags = symbol.getJsDocTags(checker).map(({ name }) => `@${name}`);
  return [ts.displayPartsToString(symbol.getDocumentationComment(checker)), ...tags].join(' ');
}

/** Calls `visit` with each name of a type that the outside of a declaration mentions. */
function eachMention(node, visit) {
  if (ts.isBlock(node) || ts.isJSDoc(node)) return;
  if (ts.isClassElement(node) && isHidden(node)) return;
  if (ts.isPropertyDeclaration(node) || ts.isParameter(node) || ts.isVariableDeclaration(node)) {
    if (node.type !== undefined) eachMention(node.type, visit);
    return;
  }
  if (ts.isTypeReferenceNode(node)) visit(node.typeName);
  if (ts.isExpressionWithTypeArguments(node)) visit(node.expression);
  if (ts.isTypeQueryNode(node)) visit(node.exprName);
  ts.forEachChild(node, (child) => eachMention(child, visit));
}

function checkMentions(entry, name, declarations, exported, seen) {
  for (const declaration of declarations) {
    if (seen.has(declaration)) continue;
    seen.add(declaration);
    eachMention(declaration, (mention) => {
      const found = checker.getSymbolAtLocation(mention);
      if (found === undefined) return;
      const symbol = target(found);
      if (symbol.flags & ts.SymbolFlags.TypeParameter || exported.has(symbol)) return;
      if (classes.has(symbol)) return;
      const ours = (symbol.declarations ?? []).filter(isOurs);
      if (ours.length === 0) return;
      const isExportedByItsFile = ours.some(
        (one) => ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Export,
      );
      if (isExportedByItsFile) {
        findings.push(
          `${entry}: ${name} mentions ${symbol.name} (${where(ours[0])}), which this entry does not export`,
        );
      } else {
        checkMentions(entry, name, ours, exported, seen);
      }
    });
  }
}

const isNumber = (node) => {
  const type = node.type;
  return (
    type !== undefined &&
    (type.kind === ts.SyntaxKind.NumberKeyword ||
      (ts.isUnionTypeNode(type) &&
        type.types.some((part) => part.kind === ts.SyntaxKind.NumberKeyword)))
  );
};

/** Whether a throw stands in a body itself, not in a function within it. */
function throws(body) {
  let found = false;
  const visit = (node) => {
    if (found || ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isTryStatement(node) && node.catchClause !== undefined) {
      // What is thrown inside is caught.
      ts.forEachChild(node.catchClause, visit);
      if (node.finallyBlock !== undefined) visit(node.finallyBlock);
      return;
    }
    if (ts.isThrowStatement(node)) found = true;
    else ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return found;
}

const hasDoc = (symbol, node) =>
  docOf(node) !== '' || symbol?.getDocumentationComment(checker).length > 0;

function checkFailure(name, node, doc) {
  if (node.body !== undefined && throws(node.body) && !tellsOfFailure.test(doc)) {
    findings.push(`${name} (${where(node)}) throws, and its doc comment does not say when`);
  }
}

function checkUnits(name, node, doc) {
  for (const parameter of node.parameters ?? []) {
    const text = parameter.name.getText();
    if (isNumber(parameter) && vagueQuantity.test(text) && !unit.test(doc)) {
      findings.push(`${name} (${where(parameter)}): ${text} has no unit`);
    }
  }
}

/** Fields may be anywhere within a type: in each variant of a union. */
function checkFields(name, node) {
  if (ts.isBlock(node)) return;
  if (ts.isClassElement(node) && isHidden(node)) return;
  if ((ts.isPropertySignature(node) || ts.isPropertyDeclaration(node)) && node.name !== undefined) {
    const text = node.name.getText();
    if (isNumber(node) && vagueQuantity.test(text) && !unit.test(docOf(node))) {
      findings.push(`${name}.${text} (${where(node)}) has no unit`);
    }
  }
  ts.forEachChild(node, (child) => checkFields(name, child));
}

function checkMembers(name, declaration) {
  const seen = new Set();
  for (const member of declaration.members) {
    if (isHidden(member)) continue;
    const isCallable =
      ts.isMethodDeclaration(member) ||
      ts.isMethodSignature(member) ||
      ts.isAccessor(member) ||
      ts.isConstructorDeclaration(member);
    if (!isCallable) continue;
    const label = ts.isConstructorDeclaration(member)
      ? `new ${name}`
      : `${name}.${member.name.getText()}`;
    const symbol = member.name === undefined ? undefined : checker.getSymbolAtLocation(member.name);
    const doc = docOf(member) || inheritedDoc(symbol);
    const isFirst = !seen.has(label);
    seen.add(label);
    // What a constructor makes is said of the class.
    const needsDoc = isFirst && !ts.isConstructorDeclaration(member);
    if (needsDoc && !hasDoc(symbol, member)) {
      findings.push(`${label} (${where(member)}) has no doc comment`);
    }
    checkFailure(label, member, doc);
    checkUnits(label, member, doc);
  }
}

const checked = new Set();
function checkWords(entry, name, symbol) {
  if (checked.has(symbol)) return;
  checked.add(symbol);
  const [first] = symbol.declarations ?? [];
  if (first === undefined) return;
  const label = `${entry}: ${name}`;
  if (!hasDoc(symbol, first)) findings.push(`${label} (${where(first)}) has no doc comment`);
  for (const declaration of symbol.declarations) {
    checkFields(label, declaration);
    if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
      checkMembers(label, declaration);
    }
    if (ts.isFunctionDeclaration(declaration)) {
      checkFailure(label, declaration, docOf(declaration));
      checkUnits(label, declaration, docOf(declaration));
    }
    const value = declaration.initializer;
    if (value !== undefined && ts.isArrowFunction(value)) {
      checkFailure(label, value, docOf(declaration));
      checkUnits(label, value, docOf(declaration));
    }
  }
}

/** The classes that some entry exports as values. */
const classes = new Set(
  entries.flatMap(({ file }) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(file));
    return checker
      .getExportsOfModule(module)
      .filter((symbol) => {
        const isValue = (symbol.flags & ts.SymbolFlags.Alias) === 0 || !isTypeOnly(symbol);
        return isValue && target(symbol).flags & ts.SymbolFlags.Class;
      })
      .map(target);
  }),
);

const names = {};
for (const { path, file, head } of entries) {
  const source = program.getSourceFile(file);
  const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
  if (module === undefined) {
    findings.push(`${path}: ${relative(root, file)} is no module`);
    continue;
  }
  if (head === '') findings.push(`${path} has no comment at its head`);
  const symbols = checker.getExportsOfModule(module);
  names[path] = symbols.map(({ name }) => name).sort();
  const exported = new Set(symbols.map(target));
  const seen = new Set();
  for (const symbol of symbols) {
    const whole = target(symbol);
    checkMentions(path, symbol.name, (whole.declarations ?? []).filter(isOurs), exported, seen);
    checkWords(path, symbol.name, whole);
  }
}
process.stdout.write(`${JSON.stringify({ names, findings }, null, 1)}\n`);
