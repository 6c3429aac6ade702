package dev.continuo.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class JqTest {

    /** Reads numbers as the store does. */
    private static final JsonMapper EXACT = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private static Scripts scripts;

    @BeforeAll
    static void open() {
        scripts = new Scripts(SandboxLimits.DEFAULT);
    }

    @AfterAll
    static void close() {
        scripts.close();
    }

    private static JsonNode jq(String program, String input) throws Exception {
        return scripts.evaluate(new Script.Jq(program), EXACT.readTree(input), ConsoleSink.NONE, Scripts.AMPLE);
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            . ~ {"a":1} ~ [{"a":1}]
            {out: (.a + .b)} ~ {"a":[1],"b":[2,3]} ~ [{"out":[1,2,3]}]
            .a.b[1].c ~ {"a":{"b":[0,{"c":"x"}]}} ~ ["x"]
            .missing.deeper ~ {} ~ [null]
            .a? ~ 3 ~ []
            .[] ~ [1,2] ~ [1,2]
            empty ~ 1 ~ []
            [.[] | select(.n > 1) | .s] ~ [{"n":1,"s":"a"},{"n":2,"s":"b"}] ~ [["b"]]
            .items | map(.price * .n) | add ~ {"items":[{"price":1.5,"n":2},{"price":2,"n":3}]} ~ [9]
            group_by(.k) | map({k: .[0].k, n: length}) ~ [{"k":"b"},{"k":"a"},{"k":"b"}] ~ [[{"k":"a","n":1},{"k":"b","n":2}]]
            to_entries | map(.key + "=" + .value) ~ {"a":"1","b":"2"} ~ [["a=1","b=2"]]
            with_entries(.value += 1) ~ {"a":1} ~ [{"a":2}]
            from_entries ~ [{"key":"a","value":1}] ~ [{"a":1}]
            keys, length ~ {"b":1,"a":2} ~ [["a","b"],2]
            "Hi \\(.name), \\(1 + 1)!" ~ {"name":"Jo"} ~ ["Hi Jo, 2!"]
            @base64 "x\\(.)", @uri, @csv "\\([.])" ~ "a b" ~ ["xYSBi","a%20b","\\"a b\\""]
            if .n > 2 then "big" elif .n == 2 then "two" else "small" end ~ {"n":2} ~ ["two"]
            reduce .[] as $x (0; . + $x) ~ [1,2,3] ~ [6]
            [foreach .[] as $x (0; . + $x)] ~ [1,2,3] ~ [[1,3,6]]
            .[] as {a: $x, b: [$y, $z]} | $x + $y + $z ~ [{"a":1,"b":[2,3]}] ~ [6]
            def f(x): x * 2; f(.a) ~ {"a":4} ~ [8]
            def fac: if . < 2 then 1 else . * (. - 1 | fac) end; fac ~ 20 ~ [2432902008176640000]
            .a // "none", .b // "none" ~ {"a":false,"b":0} ~ ["none",0]
            try error("no") catch ., (.a | tostring) ~ {"a":1} ~ ["no","1"]
            del(.a, .b[0]) ~ {"a":1,"b":[1,2]} ~ [{"b":[2]}]
            .a.b = 3 | .c |= . + 1 ~ {"c":1} ~ [{"c":2,"a":{"b":3}}]
            .[] += 1 ~ [1,2] ~ [[2,3]]
            [paths], [leaf_paths] ~ {"a":[1]} ~ [[["a"],["a",0]],[["a",0]]]
            sort_by(.n) | first, last ~ [{"n":2},{"n":1}] ~ [{"n":1},{"n":2}]
            unique, min, max, reverse, sort ~ [2,1,2] ~ [[1,2],1,2,[2,1,2],[1,2,2]]
            flatten, any, all ~ [[true,[false]]] ~ [[true,false],true,true]
            split(","), (split(",") | join("-")) ~ "a,b" ~ [["a","b"],"a-b"]
            test("\\\\Aa+$"), [match("a";"g").offset] ~ "aaa" ~ [true,[0,1,2]]
            capture("(?<y>\\\\d+)-(?<m>\\\\d+)") ~ "2026-11" ~ [{"y":"2026","m":"11"}]
            gsub("(?<c>[aeiou])"; "<\\(.c)>"), sub("\\\\A";">") ~ "bade" ~ ["b<a>d<e>",">bade"]
            gsub("";"-"), gsub("ü";"ue"), [scan("\\\\w")] ~ "üb" ~ ["-ü-b-","ueb",["ü","b"]]
            [splits(", *")] ~ "a, b,c" ~ [["a","b","c"]]
            ascii_downcase, ascii_upcase, length, explode[0] ~ "aB" ~ ["ab","AB",2,97]
            ltrimstr("a"), rtrimstr("c"), startswith("ab") ~ "abc" ~ ["bc","ab",true]
            .[1:3], .[-1], .[:1] ~ [1,2,3,4] ~ [[2,3],4,[1]]
            [range(3)], [range(0;6;3)], [limit(2;repeat(1))] ~ null ~ [[0,1,2],[0,3],[null,1]]
            [limit(0;1,2)], [skip(1;1,2,3)], isempty(empty) ~ null ~ [[],[2,3],true]
            [.. | numbers] ~ {"a":[1,{"b":2}]} ~ [[1,2]]
            walk(if type == "number" then . + 1 else . end) ~ {"a":[1,{"b":2}]} ~ [{"a":[2,{"b":3}]}]
            tojson, (tojson | fromjson) ~ {"a":[1,null]} ~ ["{\\"a\\":[1,null]}",{"a":[1,null]}]
            . * {a: {c: 2}} ~ {"a":{"b":1}} ~ [{"a":{"b":1,"c":2}}]
            . - [1], index(2), contains([3]), inside([1,2,3,4]) ~ [1,2,3] ~ [[2,3],1,true,true]
            getpath(["a","b"]), has("a"), (.a | type) ~ {"a":{"b":1}} ~ [1,true,"object"]
            [.[] | tonumber? // "bad"] ~ ["1","x"] ~ [[1,"bad"]]
            todate, (todate | fromdate) ~ 0 ~ ["1970-01-01T00:00:00Z",0]
            label $out | 1, break $out, 2 ~ null ~ [1]
            {(.k): .v, "b": 2, c: .k, k} ~ {"k":"a","v":1} ~ [{"a":1,"b":2,"c":"a","k":"a"}]
            [.[] | {id, tags: (.tags // [] | join("|"))}] ~ [{"id":1,"tags":["x","y"]},{"id":2}] ~ [[{"id":1,"tags":"x|y"},{"id":2,"tags":""}]]
            trim, (ltrim | rtrim) ~ " a " ~ ["a","a"]
            [.[] | abs], (.[0] | -.) ~ [-1,2] ~ [[1,2],1]
            transpose, combinations ~ [[1],[2]] ~ [[[1,2]],[1,2]]
            """)
    void aProgramGivesAllItsOutputs(String program, String input, String outputs) throws Exception {
        assertThat(jq(program, input)).isEqualTo(EXACT.readTree(outputs));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            .a ~ {"a":9007199254740993} ~ 9007199254740993
            .a + 1 ~ {"a":9007199254740993} ~ 9007199254740994
            -.a ~ {"a":9007199254740993} ~ -9007199254740993
            .a * 2 ~ {"a":9223372036854775807} ~ 18446744073709551614
            .a / 3 ~ {"a":27021597764222979} ~ 9007199254740993
            .a + .b ~ {"a":0.1,"b":0.2} ~ 0.3
            .a * 100 ~ {"a":19.99} ~ 1999
            .a * 1.2 ~ {"a":19.99} ~ 23.988
            .a ~ {"a":1234567890.123456789012345} ~ 1234567890.123456789012345
            .a - .b ~ {"a":2.5,"b":0.5} ~ 2
            .a / 4 ~ {"a":10} ~ 2.5
            [.[]] | add ~ [1,2,3] ~ 6
            .[] |= . + 1 | .[0] ~ [41] ~ 42
            .a += 1 | .a ~ {"a":9007199254740993} ~ 9007199254740994
            nan ~ null ~ null
            [nan, {a: nan}] ~ null ~ [null,{"a":null}]
            infinite ~ null ~ 1.7976931348623157E308
            length ~ "four" ~ 4
            """)
    void numbersStayWhatTheyAre(String program, String input, String output) throws Exception {
        assertThat(jq(program, input).get(0).toString()).isEqualTo(output);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            .a | ~ SYNTAX ~ cannot be read
            { ~ SYNTAX ~ cannot be read
            1 + {a: 1} ~ ERROR ~ cannot be added
            .[0].a ~ ERROR ~ Cannot index
            error("my reason") ~ ERROR ~ my reason
            error({code: 7}) ~ ERROR ~ 7
            nosuch(1) ~ ERROR ~ nosuch/1 does not exist
            $nosuch ~ ERROR ~ nosuch
            env ~ ERROR ~ env/0 does not exist
            $ENV ~ ERROR ~ ENV
            debug_scope ~ ERROR ~ does not exist
            input ~ ERROR ~ input/0 does not exist
            input_filename ~ ERROR ~ does not exist
            debug ~ ERROR ~ does not exist
            stderr ~ ERROR ~ does not exist
            import "a" as a; 1 ~ ERROR ~ a
            test("(") ~ ERROR ~ cannot be matched
            "a" | test("(") ~ ERROR ~ regex
            """)
    void aProgramWithoutAResultSaysWhy(String program, ScriptFailure.Kind kind, String message) {
        assertThatThrownBy(() -> jq(program, "{\"a\":1}")).isInstanceOfSatisfying(ScriptFailure.class, failure -> {
            assertThat(failure.kind()).isEqualTo(kind);
            assertThat(failure).hasMessageContaining(message);
        });
    }

    @Test
    void aProgramCanBeCheckedWithoutBeingEvaluated() {
        scripts.check(new Script.Jq("error"));
        assertThatThrownBy(() -> scripts.check(new Script.Jq("{")))
                .isInstanceOfSatisfying(ScriptFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ScriptFailure.Kind.SYNTAX));
    }

    @Test
    void theInputIsNotChanged() throws Exception {
        var input = EXACT.readTree("{\"a\":{\"b\":[1,2]}}");
        var before = input.deepCopy();
        var program = new Script.Jq(".a.b[0] = 7 | del(.a.b[1]) | .a.c |= 1 | .x += 1");
        scripts.evaluate(program, input, ConsoleSink.NONE, Scripts.AMPLE);
        assertThat(input).isEqualTo(before);
    }

    @Test
    void parsedProgramsAreKeptUpToABound() {
        var programs = new JqPrograms(new SandboxLimits(1000, 1000, 1000, 1000, 1000, 1L << 30, 0, 0, 3));
        for (int i = 0; i < 10; i++) {
            programs.check(new Script.Jq(". + " + i));
        }
        assertThat(programs.cached()).isEqualTo(3);
    }

    @Test
    void whatCannotBeReadIsKnownNextTime() {
        var programs = new JqPrograms(SandboxLimits.DEFAULT);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> programs.check(new Script.Jq("{"))).isInstanceOf(ScriptFailure.class);
            assertThat(programs.cached()).isEqualTo(1);
        }
    }

    /** The shapes that INLINE and LAMBDA tasks have. */
    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(delimiter = '~', quoteCharacter = '^', textBlock = """
            if ($.a > 1) { return {x: 1} } else { return {x: 2} } ~ {"a":2} ~ {"x":1}
            if ($.a > 1) { return {x: 1} } else { return {x: 2} } ~ {"a":1} ~ {"x":2}
            if ($.a > 1) return true; return false; ~ {"a":1} ~ false
            (function(){ return $.value1 + $.value2; })(); ~ {"value1":1,"value2":2} ~ 3
            function e() { if ($.value == 1){return {"result": true}} else { return {"result": false}}} e(); ~ {"value":1} ~ {"result":true}
            function e() { return $.v } e() ~ {"v":[1]} ~ [1]
            function e(x) { return x * 2; } return e($.v); ~ {"v":2} ~ 4
            $.input.x > 3 ~ {"input":{"x":4}} ~ true
            "abc".length ~ null ~ 3
            var x = $.a; x + 1 ~ {"a":1} ~ 2
            let { a, ...rest } = $; return { ...rest, n: a?.b ?? 7 }; ~ {"a":null,"c":1} ~ {"c":1,"n":7}
            [1, [2]].flat().map(x => x ** 2) ~ null ~ [1,4]
            Object.entries($).map(([k, v]) => `${k}=${v}`).join() ~ {"a":1,"b":2} ~ "a=1,b=2"
            ({a: 1}) ~ null ~ {"a":1}
            {a: 1, b: 2} ~ null ~ {"a":1,"b":2}
            return; ~ null ~ null
            for (const v of $.l) { if (v > 1) { return v; } } ~ {"l":[1,2]} ~ 2
            try { return JSON.parse($.t) } catch (e) { return null } ~ {"t":"{"} ~ null
            """)
    void anInlineOrLambdaScriptGivesItsValue(String source, String input, String value) {
        assertThat(scripts.value(source, input)).isEqualTo(Scripts.json(value));
    }
}
