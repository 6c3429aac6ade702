package dev.continuo.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.ScriptFailure.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SandboxTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    private static Scripts scripts;

    /** May allocate 96 MB only, so that what grows without end ends soon. */
    private static Scripts frugal;

    @BeforeAll
    static void open() {
        scripts = new Scripts(SandboxLimits.DEFAULT);
        frugal = new Scripts(
                new SandboxLimits(256 << 10, 8 << 20, 4 << 20, 8 << 20, 1 << 20, 96L << 20, 1_000, 256 << 10, 256));
    }

    @AfterAll
    static void close() {
        scripts.close();
        frugal.close();
    }

    @ParameterizedTest(name = "{0} is {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "$.a + $.b                                            | {\"a\":1,\"b\":2}   | 3",
                "$.a + $.b;                                           | {\"a\":\"x\",\"b\":2} | \"x2\"",
                "(function () { return $.a * 2; })();                 | {\"a\":4}           | 8",
                "function e() { if ($.a > 3) { return 'big'; } return 'small'; } e(); | {\"a\":4} | \"big\"",
                "if ($.a > 3) { true; } else { false; }               | {\"a\":4}           | true",
                "const { a, ...rest } = $; rest                       | {\"a\":4,\"b\":5}   | {\"b\":5}",
                "return $.a?.b?.c ?? 'none';                          | {\"a\":null}        | \"none\"",
                "let x = 0; for (const n of $) { x += n; } x          | [1,2,3]             | 6",
                "class P { #n = 1; next() { return ++this.#n; } } new P().next() | null     | 2",
                "({ ...$, c: [...$.a, 3].map(n => n ** 2) })          | {\"a\":[1]}         | {\"a\":[1],\"c\":[1,9]}",
                "`n is ${$.n}`                                        | {\"n\":1.5}         | \"n is 1.5\"",
                "undefined                                            | null                | null",
                "[1, undefined, NaN, () => 1]                         | null                | [1,null,null,null]",
                "var y;                                               | null                | null",
                "let n = 2; { n = 3; } n                              | null                | 3",
                "let o = {}\u2028let n = 1; if (n) { n = 5 } n;           | null                | 5",
                "5 // } $                                             | {\"a\":1}           | 5",
                "let s = 'a } b'; s                                   | null                | \"a } b\"",
                "let f = function () { return 4; }\u2028f()               | null                | 4",
                "if ($) { 5 } else { 6 }                              | 1                   | 5",
                "let t = '' + `${$} b`; t                             | 1                   | \"1 b\"",
                "function f(o) { return o.a; } f({ a: $ })            | 7                   | 7",
                "// only a comment                                    | null                | null",
                "$.text.match(/(\\d+)-(?<year>\\d+)/).groups.year     | {\"text\":\"1-22\"} | \"22\"",
                "new Date(0).toISOString()                            | null                | \"1970-01-01T00:00:00.000Z\"",
                "async function f() { return await 5; } f()           | null                | 5",
                "JSON.parse('{\"__proto__\":1}')                      | null                | {\"__proto__\":1}",
                "9007199254740993                                     | null                | 9007199254740992",
                "1e21                                                 | null                | 1e21",
            })
    void aScriptGivesItsValue(String source, String input, String expected) {
        assertThat(scripts.value(source, input)).isEqualTo(Scripts.json(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "class E extends Error { constructor(m) { super(m); this.name = 'E'; } }"
                        + "try { throw new E('m') } catch (e) { e.name + e.message + (e instanceof Error) }",
                "const o = {}; o.toString = () => 'E'; o.constructor = 'm';"
                        + "o + o.constructor + Object.keys(o).includes('toString')",
                "function Old() {} Old.prototype.toString = function () { return 'Emtrue'; }; String(new Old())",
                "const e = new Error('x'); e.message = 'm'; e.name = 'E'; e.name + e.message + (Object instanceof Function)",
            })
    void usualAssignmentsWorkAlthoughBuiltInObjectsAreFrozen(String source) {
        assertThat(scripts.value(source).asText()).isEqualTo("Emtrue");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Java.type('java.lang.System')",
                "Polyglot.eval('js', '1')",
                "Polyglot.import('x')",
                "load('/etc/passwd')",
                "loadWithNewGlobal('x')",
                "print('x')",
                "quit()",
                "read('/etc/passwd')",
                "Packages.java.lang.System",
                "java.lang.System.exit(1)",
                "require('fs')",
                "process.env",
                "fetch('http://127.0.0.1')",
                "setTimeout(() => 1)",
                "new Worker('x')",
                "Graal.versionGraalVM",
                "new WebAssembly.Module()",
                "new SharedArrayBuffer(8)",
                "Atomics.wait()",
                "new WeakRef({})",
                "new ArrayBuffer(1e9)",
                "new Uint8Array(1e9)",
                "BigInt(1)",
                "2n ** 9n",
                "eval('1')",
                "(0, eval)('1')",
                "globalThis.eval('1')",
                "let q = 1; eval('q')",
                "new Function('return 1')()",
                "let g = 1; $continuo_disarm(); eval('g')",
                "Function('return this')()",
                "constructor.constructor('return this')()",
                "({}).constructor.constructor('return 1')()",
                "(() => 1).constructor('return 1')()",
                "(function* () {}).constructor('yield 1')()",
                "(async () => 1).constructor('return 1')()",
                "(async function* () {}).constructor('return 1')()",
                "console.log.constructor('return 1')()",
                "Reflect.construct(Object.getPrototypeOf(() => 1).constructor, ['1'])",
                "class F extends Function {} new F('return 1')",
                "[].map.constructor('return 1')()",
                "(function () { return this.x })()",
                "arguments.callee.caller.x",
                "leaked = 1",
                "with ({}) { 1 }",
                "$.constructor.constructor('return 1')()",
                "delete Object.prototype.toString",
            })
    void whatIsNotForScriptsFails(String source) {
        assertThat(scripts.failure(source).kind()).isIn(Kind.ERROR, Kind.SYNTAX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "import('data:text/javascript,1')", "import ('x')", "import/* (a */('x')", "import // a\n ('x')",
                "[...import('x')]", "f(import\u00A0('x'))", "import.meta", "x=>import\u2028('x')",
            })
    void anImportIsRefusedBeforeItIsRead(String source) {
        assertThat(scripts.failure(source)).hasMessageContaining("import(").returns(Kind.SYNTAX, ScriptFailure::kind);
    }

    @Test
    void anotherUseOfTheWordImportIsFine() {
        assertThat(scripts.value("const importAll = () => 1, o = { import: () => 2 }; importAll() + o.import()")
                        .asInt())
                .isEqualTo(3);
    }

    /** The first writes what the second would see if anything stayed. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "globalThis.leak = 1                                          | typeof leak",
                "(function () { return this })()?.leak                        | typeof leak",
                "var leak = 1; leak                                           | typeof leak",
                "let leak = 1; leak                                           | typeof leak",
                "const leak = 1; leak                                         | typeof leak",
                "class leak {}; 1                                             | typeof leak",
                "function leak() {} 1                                         | typeof leak",
                "Object.prototype.leak = 1                                    | typeof ({}).leak",
                "({}).__proto__.leak = 1                                      | typeof ({}).leak",
                "Object.defineProperty(Object.prototype, 'leak', {value: 1})  | typeof ({}).leak",
                "Object.setPrototypeOf(Object.prototype, {leak: 1})           | typeof ({}).leak",
                "Reflect.set(Object.prototype, 'leak', 1)                     | typeof ({}).leak",
                "Array.prototype.leak = 1                                     | typeof [].leak",
                "Array.prototype[0] = 1                                       | typeof [][0]",
                "Array.prototype.map = () => 'leak'                           | typeof [].map(x => x).leak",
                "Function.prototype.leak = 1                                  | typeof (() => 1).leak",
                "Object.getPrototypeOf(function* () {}).leak = 1              | typeof (function* () {}).leak",
                "Object.getPrototypeOf((function* () {})()).leak = 1          | typeof ((function* () {})()).leak",
                "Object.getPrototypeOf(async () => 1).leak = 1                | typeof (async () => 1).leak",
                "Object.getPrototypeOf([].values()).leak = 1                  | typeof [].values().leak",
                "Object.getPrototypeOf(new Map().keys()).leak = 1             | typeof new Map().keys().leak",
                "Object.getPrototypeOf('a'.matchAll(/a/g)).leak = 1           | typeof 'a'.matchAll(/a/g).leak",
                "Object.getPrototypeOf([].values().map(x => x)).leak = 1      | typeof [].values().map(x => x).leak",
                "String.prototype.leak = 1                                    | typeof ''.leak",
                "Number.prototype.leak = 1                                    | typeof (1).leak",
                "Symbol.prototype.leak = 1                                    | typeof Symbol().leak",
                "Math.leak = 1                                                | typeof Math.leak",
                "JSON.parse = () => ({leak: 1})                               | typeof JSON.parse('{}').leak",
                "JSON.leak = 1                                                | typeof JSON.leak",
                "Reflect.leak = 1                                             | typeof Reflect.leak",
                "Symbol.leak = 1                                              | typeof Symbol.leak",
                "Symbol.for('leak').description.x = 1                         | typeof Symbol.for('leak').leak",
                "console.leak = 1                                             | typeof console.leak",
                "console.log.leak = 1                                         | typeof console.log.leak",
                "Error.prepareStackTrace = () => 'leak'                       | typeof Error.prepareStackTrace",
                "Error.stackTraceLimit = 0                                    | typeof (Error.leak)",
                "Error.prototype.leak = 1                                     | typeof new Error().leak",
                "Date.now = () => 1; Date.leak = 1                            | typeof Date.leak",
                "RegExp.prototype.leak = 1                                    | typeof /a/.leak",
                "/(le)ak/.exec('leak'); 1                                     | typeof RegExp.$1",
                "/(le)ak/.exec('leak'); 1                                     | typeof RegExp.lastMatch",
                "Promise.prototype.leak = 1                                   | typeof Promise.resolve().leak",
                "Intl.leak = 1                                                | typeof Intl.leak",
                "Intl.NumberFormat.prototype.leak = 1                         | typeof new Intl.NumberFormat().leak",
                "Proxy.leak = 1                                               | typeof Proxy.leak",
                "(function f() { f.leak = 1; return 1; })()                   | typeof ((function f() { return f.leak })())",
                "((s) => { s.raw.leak = 1 })`x`                               | typeof ((s) => s.raw.leak)`x`",
                "const r = /x/g; r.lastIndex = 5; r.leak = 1; 1               | typeof (() => /x/g)().leak",
                "$.leak = 1                                                   | typeof $.leak",
                "1 }); globalThis.leak = 1; (function () {                    | typeof leak",
                "1); let leak = 1; (1                                         | typeof leak",
                "1); }); let leak = 1; (function ($) { return (1              | typeof leak",
                "return 1 }); let leak = 1; (function ($) {                   | typeof leak",
                "{}/1); let leak = 1; (/1/                                    | typeof leak",
                "(1));}); let leak = 1; (function ($) { return ((1            | typeof leak",
                "}}; var leak = 1; {{                                         | typeof leak",
                "return 1 }); let leak = 1; (function ($) { return 1          | typeof leak",
                "return 1 }}); let leak = 1; ({ m() { return 1                | typeof leak",
                "`${`} */ let leak = 1                                        | typeof leak",
                "1 /*                                                         | typeof leak",
                "eval('var leak = 1')                                         | typeof leak",
                "Promise.resolve().then(() => { globalThis.leak = 1 }); throw 1 | typeof leak",
            })
    void nothingOfOneEvaluationIsSeenByTheNext(String pollution, String probe) {
        try {
            scripts.value(pollution, "{}");
        } catch (ScriptFailure refused) {
            assertThat(refused.kind()).isIn(Kind.ERROR, Kind.SYNTAX);
        }
        assertThat(scripts.value(probe, "{}").asText()).isEqualTo("undefined");
        assertThat(scripts.value(pollution.contains("`") ? "typeof leak" : "const again = typeof leak; again")
                        .asText())
                .isEqualTo("undefined");
    }

    @Test
    void everyObjectThatScriptsShareIsFrozen() {
        var loose = scripts.value("""
                const seen = new Set();
                const open = [[globalThis, 'globalThis'], [function* () {}, 'generator'], [async () => 1, 'async'],
                    [[].values(), 'values'], [new Map().values(), 'map'], [new Set().values(), 'set'],
                    [''[Symbol.iterator](), 'text'], ['a'.matchAll(/a/g), 'matches'], [async function* () {}, 'ag'],
                    [new Error('x'), 'error'], [new Intl.Segmenter().segment('a'), 'segments'],
                    [Iterator.from({ next() {} }), 'wrapped'], [[].values().filter(x => x), 'helper']];
                const mine = new Set(open.slice(1).map(([o]) => o));
                const loose = [];
                while (open.length > 0) {
                    const [o, path] = open.pop();
                    if (o === null || (typeof o !== 'object' && typeof o !== 'function') || seen.has(o)) continue;
                    seen.add(o);
                    if (!mine.has(o) && !Object.isFrozen(o)) loose.push(path);
                    open.push([Object.getPrototypeOf(o), path + '.__proto__']);
                    if (mine.has(o)) continue;
                    for (const k of Reflect.ownKeys(o)) {
                        const d = Object.getOwnPropertyDescriptor(o, k);
                        for (const p of ['value', 'get', 'set']) open.push([d[p], path + '.' + String(k)]);
                    }
                }
                loose.concat(seen.size > 500 ? [] : ['only ' + seen.size])""");
        assertThat(loose).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "while (true);",
                "for (;;) { try { while (true); } catch (e) { } finally { while (true); } }",
                "(function f() { return Promise.resolve().then(f); })(); while (true);",
                "const again = () => Promise.resolve().then(again); again(); 1",
                "/(a|aa)+\\1$/.test('a'.repeat(60) + 'b')",
                "/(?=(a+))(a+)+\\1b/.test('a'.repeat(40))",
                "({ toJSON() { while (true); } })",
                "({ get a() { while (true); } })",
                "new Proxy({}, { ownKeys() { while (true); } })",
                "throw { get message() { while (true); } }",
                "const e = new Error(); Object.defineProperty(e, 'name', { get() { while (true); } }); throw e",
                "let x = []; x.length = 4e9; [...x]",
                "'a'.repeat(1e6).split('').sort(() => { while (true); })",
                "({ then() { while (true); } }).then()",
                "(async () => { while (true); })()",
            })
    void anEndlessScriptIsStopped(String source) {
        var started = System.nanoTime();
        assertThat(scripts.failure(source, SHORT).kind()).isEqualTo(Kind.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(SHORT, Duration.ofSeconds(20));
        assertThat(scripts.value("1 + 1").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'a'.repeat(1 << 29)",
                "'a'.padStart(1 << 29)",
                "'a'.padEnd(1 << 29, 'xyz')",
                "Array(1e9).fill(0)",
                "Array(1e9).join('x')",
                "String(Array(1e9))",
                "Array.from({ length: 4e9 })",
                "let n = 0; Array.from({ get length() { return n++ ? 4e9 : 1; } }); throw new RangeError('once')",
                "let a = [1]; for (;;) a = a.concat(a)",
                "let s = 'x'; for (;;) s += s",
                "let s = 'x'; for (;;) s = s + `${s}`",
                "let s = 'x'; for (;;) s = [s, s].join('')",
                "Array.prototype.sort.call({ length: 4e15 })",
                "Array.prototype.fill.call({ length: 4e15 }, 1)",
                "Math.max.apply(null, { length: 9999999 })",
                "Reflect.apply(Math.max, null, { length: 9999999 })",
                "'a'.repeat(4e6).split('')",
                "Object.keys('a'.repeat(4e6))",
                "JSON.parse('['.repeat(1e6))",
                "(function f() { f(); })()",
                "const f = () => ({ toJSON: () => [f()] }); f()",
                "const a = []; a[0] = a; a",
                "new Proxy({}, { get() { throw new RangeError('trap'); }, ownKeys: () => ['a'],"
                        + " getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) })",
            })
    void aBombFailsAtOnce(String source) {
        assertThat(scripts.failure(source).kind()).isIn(Kind.ERROR, Kind.RESULT_TOO_LARGE);
        assertThat(scripts.value("1 + 1").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "const all = []; for (;;) all.push(new Array(1000).fill(1))",
                "let a = [1]; for (;;) a = [...a, ...a]",
                "const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })",
                "const all = []; for (;;) all.push('x'.repeat(100000).split(''))",
                "let s = 'x'; for (;;) s = s.slice(0, 1e6).replaceAll('x', 'xx')",
            })
    void aScriptThatCollectsWithoutEndIsStopped(String source) {
        assertThat(frugal.failure(source)).returns(Kind.MEMORY, ScriptFailure::kind);
        assertThat(frugal.value("1 + 1").asInt()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'x'.repeat(4e6).split('x').length && ['x'.repeat(3e6), 'x'.repeat(3e6)]",
                "const a = new Array(50).fill('x'.repeat(1 << 20)); a",
                "const s = 'x'.repeat(1 << 20); ({ toJSON: () => Array.from({ length: 50 }, () => s) })",
                "Array(1e6).fill('12345678')",
            })
    void aResultOfManyMegabytesIsRefused(String source) {
        assertThat(scripts.failure(source).kind()).isIn(Kind.RESULT_TOO_LARGE, Kind.ERROR);
    }

    @Test
    void aFiftyMegabyteResultSaysThatItIsTooLarge() {
        assertThat(scripts.failure("new Array(50).fill('x'.repeat(1 << 20))"))
                .returns(Kind.RESULT_TOO_LARGE, ScriptFailure::kind)
                .hasMessageContaining("4194304 characters");
    }

    @ParameterizedTest(name = "{0} says {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\1',
            value = {
                "throw 'text'                                    | text",
                "throw null                                      | null",
                "throw undefined                                 | undefined",
                "throw 42                                        | 42",
                "throw { code: 5 }                               | {\"code\":5}",
                "throw { message: 'm', code: 5 }                 | m",
                "throw Object.create(null)                       | {}",
                "throw Symbol('s')                               | Symbol(s)",
                "throw new TypeError('bad')                      | TypeError: bad",
                "throw { get message() { throw 1; } }            | an error that cannot be shown",
                "throw new Proxy({}, { get() { throw 1; } })     | an error that cannot be shown",
                "null.x                                          | TypeError: Cannot read property 'x' of null",
                "(function f() { f(); })()                       | RangeError: Maximum call stack size exceeded",
                "new Promise(() => 1)                            | Error: the returned promise is never settled",
                "Promise.reject(new Error('later'))              | Error: later",
            })
    void aThrownValueIsTheMessageWhateverItIs(String source, String message) {
        assertThat(scripts.failure(source)).hasMessage(message).returns(Kind.ERROR, ScriptFailure::kind);
    }

    @Test
    void aSyntaxErrorTellsItsPlace() {
        assertThat(scripts.failure("$.a +").getMessage()).contains("SyntaxError", "script:1");
        assertThatThrownBy(() -> scripts.check(new Script.Expression("const a = 1;\nconst b = ;")))
                .isInstanceOfSatisfying(ScriptFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.SYNTAX))
                .hasMessageContaining("script:2");
        scripts.check(new Script.Expression("while (true);"));
        assertThat(scripts.failure("(".repeat(100_000)).kind()).isIn(Kind.SYNTAX, Kind.ERROR, Kind.MEMORY);
        assertThat(scripts.failure(" ".repeat(300_000) + "1").kind()).isEqualTo(Kind.SYNTAX);
        assertThat(scripts.value("1 + 1").asInt()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "function run(input, libraries, ctx) { return input.a + ctx.b; }",
                "(input, libraries, ctx) => input.a + ctx.b",
                "async (input, libraries, ctx) => input.a + ctx.b;",
                "const add = (x, y) => x + y; function run(input, libraries, ctx) { return add(input.a, ctx.b); }",
                "const run = async ({ a }, _, { b }) => a + b;",
                "module.exports = { run(input, libraries, ctx) { return this.add(input.a, ctx.b); }, add: (x, y) => x + y };",
                "exports.run = (input, libraries, ctx) => input.a + ctx.b;",
                "module.exports = (input, libraries, ctx) => input.a + ctx.b;",
                "({ run: (input, libraries, ctx) => input.a + ctx.b + Object.keys(libraries).length })",
                "let calls = 0; function run(input, libraries, ctx) { return input.a + ctx.b + calls++; }",
            })
    void aFunctionScriptIsCalledWithItsArguments(String source) {
        var script = new Script.Function(source, "run");
        var input = Script.arguments(Scripts.json("{\"a\":1}"), Scripts.json("{\"b\":2}"));
        for (int i = 0; i < 2; i++) {
            assertThat(scripts.evaluate(script, input, ConsoleSink.NONE, Scripts.AMPLE)
                            .asInt())
                    .isEqualTo(3);
        }
    }

    @Test
    void aFunctionScriptWithoutTheFunctionFails() {
        var input = Script.arguments(NullNode.getInstance(), NullNode.getInstance());
        for (var entry : List.of("absent", "default", "constructor", "a-b")) {
            var script = new Script.Function("const run = 1;", entry);
            assertThatThrownBy(() -> scripts.evaluate(script, input, ConsoleSink.NONE, Scripts.AMPLE))
                    .isInstanceOf(ScriptFailure.class);
        }
    }

    @Test
    void consoleLinesReachTheSinkWhileTheirScriptRuns() {
        var lines = new ArrayList<String>();
        var script = new Script.Function("""
                () => {
                    console.log('a', 1, { b: [2] }, undefined, null);
                    console.warn(new TypeError('w'));
                    console.error({ toJSON() { throw 1; } }, Symbol('s'));
                    console.debug(); console.info(() => 1);
                    while (true);
                }""", "run");
        var input = Script.arguments(NullNode.getInstance(), NullNode.getInstance());
        assertThatThrownBy(() -> scripts.evaluate(script, input, (level, line) -> lines.add(level + " " + line), SHORT))
                .isInstanceOf(ScriptFailure.class);
        assertThat(lines)
                .containsExactly(
                        "INFO a 1 {\"b\":[2]} undefined null",
                        "WARN TypeError: w",
                        "ERROR [unprintable] Symbol(s)",
                        "DEBUG ",
                        "INFO () => 1");
    }

    @Test
    void consoleOutputIsBounded() {
        var lines = new ArrayList<String>();
        var input = Script.arguments(NullNode.getInstance(), NullNode.getInstance());
        scripts.evaluate(
                new Script.Function("() => { for (let i = 0; i < 5000; i++) console.log(i); }", "run"),
                input,
                (level, line) -> lines.add(line),
                Scripts.AMPLE);
        assertThat(lines).hasSize(1001).last().asString().contains("left out");
        lines.clear();
        scripts.evaluate(
                new Script.Function(
                        "() => { console.log('x'.repeat(200000)); console.log('y'.repeat(100000)); }", "run"),
                input,
                (level, line) -> lines.add(line),
                Scripts.AMPLE);
        assertThat(lines).hasSize(2).last().asString().contains("left out");
    }

    @Test
    void aBrokenSinkIsNotTheScriptsFault() {
        var input = Script.arguments(NullNode.getInstance(), NullNode.getInstance());
        ConsoleSink broken = (level, line) -> {
            throw new IllegalStateException("no room");
        };
        assertThatThrownBy(() -> scripts.evaluate(
                        new Script.Function(
                                "() => { try { console.log('x'); } catch (e) { return String(e); } }", "run"),
                        input,
                        broken,
                        Scripts.AMPLE))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anInputThatIsTooLargeIsRefused() {
        var input = Scripts.JSON.createObjectNode().put("x", "x".repeat(SandboxLimits.DEFAULT.maxInputChars()));
        assertThatThrownBy(() -> scripts.evaluate(new Script.Expression("1"), input, ConsoleSink.NONE, Scripts.AMPLE))
                .isInstanceOfSatisfying(ScriptFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.MEMORY));
    }
}
