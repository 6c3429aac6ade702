package dev.continuo.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConductorTemplateTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Limits ROOMY = new Limits(64, 8 << 20, 1 << 20, 64, 64 << 20);

    private static final JsonNode RUN = json("""
            {"t": {"OUTPUT": {"x": [{"y": 7}, {"y": "two"}], "text": "hi", "n": 5, "d": 2.50, "yes": true, "nil": null,
                              "o": {"a": 1}, "a b": "spaced", "quo'te": "q", "back\\\\slash": "b", "i": 1, "key": "text",
                              "path": "x[0].y", "e": [], "a.b": "dotted", "a-b": "dashed", "0": "zero",
                              "m": {"k": "v", "text": "mt", "9lives": "cat"},
                              "list": [{"a": 1, "b": "x", "tags": ["p", "q"]}, {"a": 2, "b": "x"}, {"a": 3, "b": "y"}],
                              "nums": [3, 1, 2], "deep": {"id": 1, "in": {"id": 2, "in": [{"id": 3}]}}},
                   "INPUT": {"in": 1}, "STATUS": "COMPLETED", "iteration": 3, "taskId": "t-1"},
             "workflow": {"INPUT": {"a": {"b": [{"c d": {"e": "found"}}]}, "key": "k", "i": 1, "ref": "t", "b": "x",
                                    "quote": "x' || @.a == '3", "prop": "output", "evil": "=~ /x/",
                                    "secret": "secrets.S"},
                          "VARIABLES": {"v": [1]}, "STATUS": "RUNNING", "OUTPUT": {"o": 1},
                          "workflowId": "w-1", "correlationId": "c-1", "secrets": {"S": "leaked"}, "env": {"E": "leaked"}},
             "t-2_x": {"OUTPUT": {"x": "dashed ref"}},
             "my.task": {"OUTPUT": {"x": "dotted ref"}},
             "CPEWF_TASK_ID": "task-7"}""");

    private static final Scope SCOPE = reference -> reference.walk(
            switch (reference.property()) {
                case Property.Known known -> RUN.path(reference.root()).path(known.name());
                case Property.Named(var name) -> RUN.path(reference.root()).path(name);
                case Property.Whole whole -> RUN.path(reference.root());
            });

    @ParameterizedTest(name = "{0} renders {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "${workflow.input.a.b[0]['c d'].e}      | \"found\"",
                "${workflow.input.a.b[0][\"c d\"].e}    | \"found\"",
                "${workflow['input']['key']}            | \"k\"",
                "${$.workflow.input.key}                | \"k\"",
                "${$['t'].output.n}                     | 5",
                "${workflow.variables.v}                | [1]",
                "${workflow.workflowId}                 | \"w-1\"",
                "${workflow.correlationId}              | \"c-1\"",
                "${workflow.status}                     | \"RUNNING\"",
                "${workflow.output.o}                   | 1",
                "${t.status}                            | \"COMPLETED\"",
                "${t.iteration}                         | 3",
                "${t.taskId}                            | \"t-1\"",
                "${t.input.in}                          | 1",
                "${t.output.x}                          | [{\"y\":7},{\"y\":\"two\"}]",
                "${t.output.x[1].y}                     | \"two\"",
                "${t.output.x[-1].y}                    | \"two\"",
                "${t.output.x[ 0 ].y}                   | 7",
                "${t.output.['n']}                      | 5",
                "${t.output.d}                          | 2.50",
                "${t.output.yes}                        | true",
                "${t.output.nil}                        | null",
                "${t.output.e}                          | []",
                "${t.output['a.b']}                     | \"dotted\"",
                "${t.output.a-b}                        | \"dashed\"",
                "${t.output.a b}                        | \"spaced\"",
                "${t.output['quo\\'te']}                | \"q\"",
                "${t.output['back\\\\slash']}           | \"b\"",
                "${t.output.m.9lives}                   | \"cat\"",
                "${t.output.m[k]}                       | \"v\"",
                "${t-2_x.output.x}                      | \"dashed ref\"",
                "${['my.task'].output.x}                | \"dotted ref\"",
                "${ t.output.n }                        | 5",
                "${CPEWF_TASK_ID}                       | \"task-7\"",
                "id ${CPEWF_TASK_ID}                    | \"id task-7\"",
                "${t.output.absent}                     | null",
                "${t.output.absent.deeper[3]}           | null",
                "${t.output.x[9].y}                     | null",
                "${t.output.text.deeper}                | null",
                "${nobody.output.x}                     | null",
                "${t__1.output.x}                       | null",
            })
    void aPlainReferenceRenders(String template, String expected) {
        assertThat(rendered(template)).isEqualTo(json(expected));
    }

    @ParameterizedTest(name = "{0} renders {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-${t.output.text}-                     | \"-hi-\"",
                "n=${t.output.n} d=${t.output.d}        | \"n=5 d=2.5\"",
                "${t.output.n}${t.output.n}             | \"55\"",
                "a ${t.output.nil} ${t.output.absent}   | \"a null null\"",
                "o=${t.output.o} x=${t.output.x}        | \"o={\\\"a\\\":1} x=[{\\\"y\\\":7},{\\\"y\\\":\\\"two\\\"}]\"",
                "names ${t.output.list[*].b}            | \"names [\\\"x\\\",\\\"x\\\",\\\"y\\\"]\"",
                "$${x}                                  | \"${x}\"",
                "a $${x} ${t.output.n}                  | \"a ${x} 5\"",
                "$$${x}                                 | \"$${x}\"",
                "$${a.${t.output.n}}                    | \"${a.5}\"",
                "${}                                    | \"\"",
                "${  }                                  | \"\"",
                "a${}b                                  | \"ab\"",
                "cost: $5 and $                         | \"cost: $5 and $\"",
                "${                                     | \"${\"",
                "${t.output.n                           | \"${t.output.n\"",
                "a ${t.output.n} ${b                    | \"a 5 ${b\"",
                "${b ${t.output.n}                      | \"${b 5\"",
                "} ${t.output.n}                        | \"} 5\"",
                "{ \"n\": ${t.output.n} }               | \"{ \\\"n\\\": 5 }\"",
                "{ ${t.output.n}                        | \"{ 5\"",
                "{t.output.n}                           | \"{t.output.n}\"",
            })
    void aTextRenders(String template, String expected) {
        assertThat(rendered(template)).isEqualTo(json(expected));
    }

    @ParameterizedTest(name = "{0} renders {1}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "${t.output.list[*].a}                              ; [1,2,3]",
                "${t.output.list.*.a}                               ; [1,2,3]",
                "${t.output.o.*}                                    ; [1]",
                "${t.output.list[0,2].a}                            ; [1,3]",
                "${t.output.list[0:2].a}                            ; [1,2]",
                "${t.output.list[-2:].a}                            ; [2,3]",
                "${t.output.list[?(@.a > 1)].a}                     ; [2,3]",
                "${t.output.list[?(@.a > 1 && @.b == 'x')].a}       ; [2]",
                "${t.output.list[?(@.a == 1 || @.b == 'y')].a}      ; [1,3]",
                "${t.output.list[?(@.b in ['y','z'])].a}            ; [3]",
                "${t.output.list[?(@.tags)].a}                      ; [1]",
                "${t.output.list[?(!@.tags)].a}                     ; [2,3]",
                "${t.output.list[?(@.tags contains 'q')].a}         ; [1]",
                "${t.output.list[?(@.tags anyof ['q','r'])].a}      ; [1]",
                "${t.output.list[?(@.a > 9)]}                       ; []",
                "${t.output.nums[?(@ > 1)]}                         ; [3,2]",
                "${t.output.deep..id}                               ; [1,2,3]",
                "${t.output..y}                                     ; [7,\"two\"]",
                "${t..y}                                            ; [7,\"two\"]",
                "${t.output.m['k','text']}                          ; {\"k\":\"v\",\"text\":\"mt\"}",
                "${t.output.list.length()}                          ; 3",
                "${t.output.list[*].a.sum()}                        ; []",
                "${t.output.nums.sum()}                             ; 6.0",
                "${t.output.nums.max()}                             ; 3.0",
                "${t.output.nums.first()}                           ; 3",
                "${t.output.m.keys()}                               ; [\"k\",\"text\",\"9lives\"]",
                "${t.output.absent[*].a}                            ; []",
                "${t.output.text[*]}                                ; []",
                "${t.output.nil[?(@.a)]}                            ; []",
                "${t.output.absent.length()}                        ; null",
                "${t.output.text.sum()}                             ; null",
                "${t.output.nums.append(9)}                         ; null",
                "${t.output.nums}                                   ; [3,1,2]",
            })
    void aQueryRenders(String template, String expected) {
        assertThat(rendered(template)).isEqualTo(json(expected));
    }

    @Test
    void aBraceEndsAReferenceEvenBetweenQuotes() {
        assertThat(rendered("${t.output.list[?(@.b == '}')]}")).isEqualTo(TextNode.valueOf("null')]}"));
        assertThat(rendered("${t.output.list[?(@.b != '{}')].a}")).isEqualTo(json("[1,2,3]"));
    }

    @ParameterizedTest(name = "{0} renders {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "${t.output.m[${workflow.input.key}]}                            | \"v\"",
                "${t.output.m['${workflow.input.key}']}                          | \"v\"",
                "${t.output.m.${workflow.input.key}}                             | \"v\"",
                "${t.output.m[${t.output.key}]}                                  | \"mt\"",
                "${t.output.x[${t.output.i}].y}                                  | \"two\"",
                "${t.output.${t.output.path}}                                    | 7",
                "${t.output.x[${t.output.nums[${t.output.i}]}].y}                | \"two\"",
                "${${workflow.input.ref}.output.n}                               | 5",
                "${t.${workflow.input.prop}.n}                                   | 5",
                "${t.output.te${t.output.absent2}xt}                             | null",
                "${t-${t.output.x[9]}.output}                                    | null",
                "${t.output.list[?(@.b == '${workflow.input.b}')].a}             | [1,2]",
                "${t.output.list[?(@.a == ${workflow.input.i})].a}               | [1]",
                "${t.output.list[?(@.b == '${workflow.input.quote}')].a}         | []",
                "${t.output['${t.output.absent}']}                               | null",
                "x ${t.output.m[${workflow.input.key}]} y                        | \"x v y\"",
                "${t.output.m[$${x}]}                                            | null",
            })
    void aReferenceInsideAReferenceStandsForItsText(String template, String expected) {
        assertThat(rendered(template)).isEqualTo(json(expected));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${t.output.x[}",
                "${t.output.x[1}",
                "${t.output['x}",
                "${t.output['x'y]}",
                "${t.output.x[?(@.a]}",
                "${t.output.x]extra[}",
                "${.x}",
                "${$}",
                "${$..x}",
                "${*}",
                "${foo(1)}",
                "${it's}",
                "${t.output.}",
                "${a + b}",
                "${workflow.${workflow.input.secret}}",
                "${$.workflow.secrets.S}",
                "${workflow['env'].E}",
                "${PATH}",
                "${HOME}",
                "${java.home}",
                "${user.dir}",
                "${['java.home']}",
                "${env.PATH}"
            })
    void whatCannotBeReadAndWhatIsOfTheProcessFindsNothing(String template) {
        assertThat(rendered(template).isNull()).isTrue();
        assertThat(rendered("-" + template)).isEqualTo(TextNode.valueOf("-null"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${workflow.secrets.DB}",
                "${workflow.secrets.DB.password}",
                "Bearer ${workflow.secrets.TOKEN} and ${workflow.env.REGION}",
                "${workflow.env.REGION}"
            })
    void secretsAndEnvironmentStayAsTheyAre(String template) {
        assertThat(rendered(template)).isEqualTo(TextNode.valueOf(template));
        assertThat(parsed(template).references()).isEmpty();
    }

    @Test
    void theNameOfASecretMayBeComputed() {
        assertThat(rendered("${workflow.secrets.${workflow.input.key}_KEY}"))
                .isEqualTo(TextNode.valueOf("${workflow.secrets.k_KEY}"));
        assertThat(rendered("${ workflow.secrets.A }")).isEqualTo(TextNode.valueOf("${workflow.secrets.A}"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "${t.output.l[?(@.a =~ /x.*/)]}                 | regular expression",
                "${t.output.l[?(@.a == '=~')]}                  | regular expression",
                "${t.output.l[?(@.a == $.workflow.input.a)]}    | $ inside a query",
                "${t.output.l[${workflow.secrets.S}]}           | a secret cannot choose",
            })
    void whatIsNotAllowedIsRefusedWithThePlaceAndTheReason(String template, String message) {
        var tree = JSON.createObjectNode()
                .set("a", JSON.createArrayNode().add("fine").add(template));
        assertThat(faults(tree, Limits.DEFAULT)).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo("/a/1");
            assertThat(fault.message()).contains(message);
        });
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "${t.output.list[?(@.b ${workflow.input.evil})]} | regular expression",
                "${t.output${big}}                               | longer than",
                "${t.output.x[?(@.a == '${long}')]}              | query is longer",
                "${t.output.x${steps}}                           | more than 64 steps",
            })
    void whatComesOutNotAllowedIsRefusedWhenItIsRendered(String template, String message) {
        Scope scope = reference -> switch (reference.root()) {
            case "big" -> TextNode.valueOf(".x".repeat(10_000));
            case "long" -> TextNode.valueOf("x".repeat(5_000));
            case "steps" -> TextNode.valueOf(".x".repeat(70));
            default -> SCOPE.resolve(reference);
        };
        assertThat(parsed(template).render(scope, Missing.NULL_WORD))
                .isInstanceOfSatisfying(RenderResult.Refused.class, refused -> assertThat(refused.message())
                        .contains(message));
    }

    @Test
    void aTemplateTellsWhichTasksItReads() {
        var template = parsed(json("""
                {"a": "${t1.output.x[0]} ${CPEWF_TASK_ID} ${workflow.input.z}",
                 "b": ["${t2.output.l[?(@.a == '${t3.status}')]}", "${t4.output.m[${t5.output.i}]}", "${t6}"],
                 "c": "$${t7.output.x} ${t8.output ${workflow.secrets.S} ${t9..x}"}"""));
        assertThat(template.taskRefs()).containsExactlyInAnyOrder("t1", "t2", "t3", "t4", "t5", "t6", "t9");
        assertThat(template.readsAnything()).isFalse();
        assertThat(template.references())
                .extracting(reference -> reference.at() + " " + reference.text())
                .startsWith(
                        "/a ${t1.output.x[0]}", "/a ${CPEWF_TASK_ID}", "/a ${workflow.input.z}", "/b/0 ${t3.status}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "${${t1.output.ref}.output.x}       | true",
                "${task_${workflow.input.i}.output} | true",
                "${t1.${workflow.input.prop}}       | false",
                "${workflow.${workflow.input.p}}    | false",
                "${t1.output.x}                     | false",
            })
    void aComputedTaskIsReported(String template, boolean anything) {
        assertThat(parsed(template).readsAnything()).isEqualTo(anything);
    }

    @Test
    void aQueryLeavesTheValuesOfTheRunAlone() {
        var nums = (ArrayNode) json("[3,1,2]");
        for (var template : List.of("${t.output.append(9)}", "${t.output[*]}", "${t.output[?(@ > 1)]}")) {
            if (parsed(template).render(reference -> nums, Missing.NULL_WORD)
                    instanceof RenderResult.Rendered(ArrayNode found)) {
                found.add("changed");
            }
        }
        assertThat(nums).isEqualTo(json("[3,1,2]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${t..*..*..*..*}",
                "${t..[?(@..[?(@..[?(@..a)])])]}",
                "${t..a..a..a..a..a}",
                "${t[*][*]..*..*..*..*}",
            })
    void aQueryThatMultipliesIsRefused(String template) {
        JsonNode tree = JSON.createObjectNode().put("a", 1);
        for (int i = 0; i < 100; i++) {
            tree = JSON.createObjectNode().<ObjectNode>set("a", tree).put("b", i);
        }
        var value = JSON.createArrayNode().add(JSON.createArrayNode().add(tree));
        assertThat(parsed(template).render(reference -> value, Missing.NULL_WORD))
                .isInstanceOfSatisfying(RenderResult.Refused.class, refused -> assertThat(refused.message())
                        .contains("steps"));
    }

    @Test
    void theWorkOfAllQueriesOfOneRenderingIsBounded() {
        var list = JSON.createArrayNode();
        for (int i = 0; i < 100; i++) {
            list.add(i);
        }
        var limits = new Limits(64, 1_000, 100, 64, 1 << 20, 2_000);
        var one = parsed(TextNode.valueOf("${t[*]}"), limits);
        assertThat(one.render(reference -> list)).isInstanceOf(RenderResult.Rendered.class);
        assertThat(one.render(reference -> list)).isInstanceOf(RenderResult.Rendered.class);
        var many = parsed(TextNode.valueOf("${t[*]}".repeat(50)), limits);
        assertThat(many.render(reference -> list)).isInstanceOf(RenderResult.Refused.class);
    }

    /** Long texts and lists cost the square of their length to compare, and paths are written out again and again. */
    @Test
    void aQueryOverCostlyValuesIsRefused() {
        var longText = JSON.createArrayNode()
                .add(JSON.createObjectNode().put("a", "x".repeat(1 << 20)).put("b", "x".repeat(1 << 19)));
        assertRefused("${t[?(@.a contains @.b)]}", longText);

        var lists = JSON.createObjectNode();
        for (var name : List.of("a", "b")) {
            var list = lists.putArray(name);
            for (int i = 0; i < 20_000; i++) {
                list.add(i);
            }
        }
        assertRefused("${t[?(@.a subsetof @.b)]}", JSON.createArrayNode().add(lists));

        var syntax = JSON.createObjectNode();
        syntax.putArray("a").add("@[?(" + "(".repeat(100_000));
        assertRefused("${t[?(@.a contains 'x')]}", JSON.createArrayNode().add(syntax));

        var wide = JSON.createArrayNode();
        for (int i = 0; i < 5_000; i++) {
            wide.add(i);
        }
        assertRefused("${t..*}", JSON.createObjectNode().set("k".repeat(1 << 20), wide));
        assertRefused("${t.*.*}", JSON.createObjectNode().set("k".repeat(1 << 20), wide));
    }

    private static void assertRefused(String template, JsonNode value) {
        assertThat(parsed(template).render(reference -> value, Missing.NULL_WORD))
                .isInstanceOf(RenderResult.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${",
                "${a[",
                "${a.output[${",
                "${}",
                "$",
                "$$",
                "$${",
                "{",
                "}",
                "${{",
                "${a}}",
                "${ ",
                "${workflow.secrets.",
                "${workflow.secrets.${",
                "${workflow.secrets.A}",
                "\\",
                "'",
                "${a['",
                "${a.output.x}"
            })
    void hostileTextOfAMegabyteIsReadAndRendered(String unit) {
        var text = TextNode.valueOf(unit.repeat((1 << 20) / unit.length()));
        var template = parsed(text, ROOMY);
        assertThat(template.references()).hasSizeLessThanOrEqualTo((1 << 20) / 4);
        assertThat(template.render(reference -> MissingNode.getInstance())).isInstanceOf(RenderResult.Rendered.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"${", "${a.output[${", "${a.output['${", "${workflow.secrets."})
    void aThousandClosedLevelsAreRefused(String unit) {
        var text = unit.repeat(1_000) + "a" + "}".repeat(2_000);
        assertThat(faults(TextNode.valueOf(text), Limits.DEFAULT))
                .singleElement()
                .satisfies(fault -> assertThat(fault.message()).contains("deeper than 64"));
    }

    @Test
    void hostileQueriesAreNotCompiled() {
        var messages = new ArrayList<String>();
        for (var inside : List.of(
                "[?(" + "(".repeat(2_000),
                "[?(" + "!".repeat(2_000) + "@.a)]",
                "[?(@.a == " + "[".repeat(2_000),
                "[?(@.a == 'xxxxx" + "x".repeat(5_000) + "')]")) {
            messages.add(faults(TextNode.valueOf("${t.output" + inside + "}"), Limits.DEFAULT)
                    .getFirst()
                    .message());
        }
        assertThat(messages)
                .satisfiesExactly(
                        message -> assertThat(message).contains("100 brackets"),
                        message -> assertThat(message).contains("100 brackets"),
                        message -> assertThat(message).contains("100 brackets"),
                        message -> assertThat(message).contains("longer than 4096"));
    }

    @Test
    void lengthReferencesAndStepsAreBounded() {
        var limits = new Limits(8, 40, 2, 3, 1_000);
        assertThat(message("x".repeat(41), limits)).contains("40 characters");
        assertThat(message("${a}${b}${c}", limits)).contains("2 references");
        assertThat(message("${a.output.b.c.d.e}", limits)).contains("3 steps");
        assertThat(message("${" + "x".repeat(20_000) + "}", Limits.DEFAULT)).contains("longer than 16384");
    }

    private static String message(String text, Limits limits) {
        return faults(TextNode.valueOf(text), limits).getFirst().message();
    }

    private static List<ParseResult.Fault> faults(JsonNode value, Limits limits) {
        return ((ParseResult.Faults) Template.parse(value, Syntax.CONDUCTOR, limits)).faults();
    }

    private static JsonNode rendered(String template) {
        return ((RenderResult.Rendered) parsed(template).render(SCOPE, Missing.NULL_WORD)).value();
    }

    private static Template parsed(String text) {
        return parsed(TextNode.valueOf(text));
    }

    private static Template parsed(JsonNode value) {
        return parsed(value, Limits.DEFAULT);
    }

    private static Template parsed(JsonNode value, Limits limits) {
        return switch (Template.parse(value, Syntax.CONDUCTOR, limits)) {
            case ParseResult.Parsed(var template) -> template;
            case ParseResult.Faults faults -> throw new AssertionError(faults);
        };
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
