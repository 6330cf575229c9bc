import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalEdn, EdnError, readEdn } from '../../src/checker/edn.ts';

function canonical(text: string): string {
  return readEdn(text).map(canonicalEdn).join(' ');
}

test('every kind of form is read', () => {
  const cases: readonly (readonly [text: string, canonical: string])[] = [
    ['nil true false', 'nil true false'],
    ['1 -1 +1 0 -0 42N', '1 -1 1 0 0 42'],
    ['123456789012345678901234567890', '123456789012345678901234567890'],
    ['0x1F -0xffN', '31 -255'],
    ['1.0 1.50 -0.0 1e3 2.5E-3 1.', '1.0 1.5 0.0 1000.0 0.0025 1.0'],
    ['1M 1.0M 1.50M 1e2M', '1M 1M 1.5M 100M'],
    ['1/2 2/4 -3/6 4/2', '1/2 1/2 -1/2 2'],
    ['##NaN ##Inf ##-Inf', '##NaN ##Inf ##-Inf'],
    ['"a\\n\\"\\\\\\u00e9\\101" "line\nbreak"', '"a\\n\\"\\\\éA" "line\\nbreak"'],
    ['\\a \\newline \\u0041 \\o101 \\( \\\\', '\\a \\\n \\A \\A \\( \\\\'],
    [':a :a/b :a.b/c-d? :1', ':a :a/b :a.b/c-d? :1'],
    [
      "foo ns/foo -> / + -a .b a' clojure.lang.Foo$bar__1",
      "foo ns/foo -> / + -a .b a' clojure.lang.Foo$bar__1",
    ],
    ['(1 2) [1, 2] [] ()', '[1 2] [1 2] [] []'],
    ['{:b 1, :a [2]} {}', '{:a [2], :b 1} {}'],
    ['#{2 1} #{}', '#{1 2} #{}'],
    ['#:a{:b 1, :_/c 2, :d/e 3, "f" 4}', '{"f" 4, :a/b 1, :c 2, :d/e 3}'],
    ['#inst "2020-01-01" #a.b.C{:x 1} #t [1 2]', '#inst "2020-01-01" #a.b.C {:x 1} #t [1 2]'],
    ['1 #_2 3 #_#_4 5 6 [#_7] {#_8 :a #_9 1}', '1 3 6 [] {:a 1}'],
    ['1 ; a comment\n;; another\n2 ;', '1 2'],
    [' ,, 1,2 ', '1 2'],
    ['', ''],
  ];
  for (const [text, expected] of cases) assert.equal(canonical(text), expected, text);
});

test('what is no EDN is refused, and the place is named', () => {
  const cases: readonly (readonly [text: string, at: number, problem: RegExp])[] = [
    ['[1 2', 1, /"]" is missing/],
    ['[1 2)', 4, /unexpected "\)"/],
    ['1 ]', 2, /unexpected "]"/],
    ['{:a}', 0, /a key that has no value/],
    ['{:a 1 :a 2}', 0, /the key :a appears twice/],
    ['#{1 1N}', 0, /the item 1 appears twice/],
    [' "abc', 1, /a string without end/],
    ['"a\\q"', 0, /bad escape \\q/],
    ['\\abc', 0, /not a character/],
    ['012', 0, /not a number: 012/],
    ['1a', 0, /not a number: 1a/],
    ['1.5N', 0, /not a number/],
    ['.5', 0, /not a number/],
    ['1/0', 0, /denominator zero/],
    ['##Nan', 0, /not a number/],
    [':', 0, /neither a keyword/],
    ['::a', 0, /neither a keyword/],
    ["'a", 0, /neither a keyword/],
    ['@a', 0, /unexpected "@"/],
    ['^:a b', 0, /unexpected "\^"/],
    ['#', 0, /not a tag/],
    ['#"a"', 0, /not a tag/],
    ['#a', 0, /the form of #a is missing/],
    ['[#a ]', 1, /the form of #a is missing/],
    ['#_', 0, /a form to discard is missing/],
    ['#:a[1]', 0, /not a map with a namespace/],
    ['['.repeat(300), 201, /nested deeper than 200/],
    ['#a '.repeat(300), 600, /nested deeper than 200/],
  ];
  for (const [text, at, problem] of cases) {
    assert.throws(
      () => readEdn(text),
      (error) => {
        assert.ok(error instanceof EdnError, `${text}: ${error}`);
        assert.match(error.message, problem);
        assert.equal(error.at, at, `${text}: ${error.message}`);
        return true;
      },
    );
  }
});
