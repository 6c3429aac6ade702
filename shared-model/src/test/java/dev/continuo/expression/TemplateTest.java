package dev.continuo.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Limits ROOMY = new Limits(64, 8 << 20, 1 << 20, 64, 64 << 20);

    /** task and workflow as a run would hold them; keys of the brace syntax in the same document. */
    private static final JsonNode RUN = json("""
            {"task": {"OUTPUT": {"x": [{"y": 7}, {"y": "two"}], "text": "hi", "n": 5, "d": 2.50, "big": 1.0E10,
                                 "yes": true, "nil": null, "o": {"a": 1}, "a b": "spaced", "i": 1, "key": "text",
                                 "quo'te": "q", "e": []},
                      "INPUT": {"in": 1}, "STATUS": "COMPLETED", "iteration": 3},
             "workflow": {"INPUT": {"a": "A"}, "VARIABLES": {"v": [1]}, "workflowId": "w-1"},
             "my task": {"OUTPUT": {"x": "named"}},
             "a.b": {"OUTPUT": {"x": "dotted"}},
             "key": "value", "count": 3}""");

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
                "\"${task.output.x[0].y}\"              | 7",
                "\"${task._output.x[1].y}\"             | \"two\"",
                "\"${task.output.x[-1].y}\"             | \"two\"",
                "\"${task.output.x}\"                   | [{\"y\":7},{\"y\":\"two\"}]",
                "\"${task.output.d}\"                   | 2.50",
                "\"${task.output.yes}\"                 | true",
                "\"${task.output.nil}\"                 | null",
                "\"${task.output['a b']}\"              | \"spaced\"",
                "\"${task['output']['x'][0]['y']}\"     | 7",
                "\"${task.output['quo\\\\'te']}\"       | \"q\"",
                "\"${task.output[\\\"text\\\"]}\"       | \"hi\"",
                "\"${task.input.in}\"                   | 1",
                "\"${task._inputParams.in}\"            | 1",
                "\"${task.status}\"                     | \"COMPLETED\"",
                "\"${task.iteration}\"                  | 3",
                "\"${workflow._inputParams.a}\"         | \"A\"",
                "\"${workflow.input.a}\"                | \"A\"",
                "\"${workflow.variables.v[0]}\"         | 1",
                "\"${workflow.workflowId}\"             | \"w-1\"",
                "\"${ task.output.n }\"                 | 5",
                "\"${my task.output.x}\"                | \"named\"",
                "\"${['a.b'].output.x}\"                | \"dotted\"",
                "\"${count}\"                           | 3",
                "\"${task.output.x[${task.output.i}].y}\" | \"two\"",
                "\"${task.output.${task.output.key}}\"  | \"hi\"",
                "\"${task.output.absent}\"              | null",
                "\"${task.output.x[9]}\"                | null",
                "\"${task.output.text.deeper}\"         | null",
                "\"${nobody.output.x}\"                 | null",
                "\"-${task.output.text}-\"              | \"-hi-\"",
                "\"n=${task.output.n} d=${task.output.d} y=${task.output.yes}\" | \"n=5 d=2.5 y=true\"",
                "\"${task.output.big}!\"                | \"10000000000!\"",
                "\"[${task.output.nil}${task.output.absent}]\" | \"[]\"",
                "\"o=${task.output.o} x=${task.output.x}\" | \"o={\\\"a\\\":1} x=[{\\\"y\\\":7},{\\\"y\\\":\\\"two\\\"}]\"",
                "\"${task.output.n}${task.output.n}\"   | \"55\"",
                "\"$${x}\"                              | \"${x}\"",
                "\"a $${x} ${task.output.n}\"           | \"a ${x} 5\"",
                "\"$$${x}\"                             | \"$${x}\"",
                "\"${}\"                                | \"\"",
                "\"cost: $5 and $\"                     | \"cost: $5 and $\"",
                "\"{key}\"                              | \"{key}\"",
                "{\"${a}\":{\"b\":[\"${task.output.n}\",null,1]}} | {\"${a}\":{\"b\":[5,null,1]}}",
                "true                                   | true",
            })
    void aDollarTemplateRenders(String template, String expected) {
        assertThat(rendered(template, Syntax.DOLLAR)).isEqualTo(json(expected));
    }

    @ParameterizedTest(name = "{0} renders {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"{key}\"               | \"value\"",
                "\"a {key} b\"           | \"a value b\"",
                "\"{count}\"             | 3",
                "\"{{key}}\"             | \"{key}\"",
                "\"{{{key}}}\"           | \"{value}\"",
                "\"${key}\"              | \"$value\"",
                "\"x}}\"                 | \"x}\"",
                "\"plain\"               | \"plain\"",
            })
    void aBraceTemplateRenders(String template, String expected) {
        assertThat(rendered(template, Syntax.BRACE)).isEqualTo(json(expected));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "DOLLAR | {\"a\":[1,\"${x\"]}             | /a/1  | not closed",
                "DOLLAR | {\"a/b\":{\"~\":\"${x.}\"}}     | /a~1b/~0 | name is missing",
                "DOLLAR | \"${.x}\"                       | ``    | name is missing",
                "DOLLAR | \"${t.output.x[}\"              | ``    | between brackets",
                "DOLLAR | \"${t.output.x[1\"              | ``    | not closed",
                "DOLLAR | \"${t.output.x[99999999999]}\"  | ``    | index is a number",
                "DOLLAR | \"${t.output.x[?(@.a)]}\"       | ``    | between brackets",
                "DOLLAR | \"${t.output.x[*]}\"            | ``    | between brackets",
                "DOLLAR | \"${t.output..x}\"              | ``    | name is missing",
                "DOLLAR | \"${t.output.*}\"               | ``    | wildcards",
                "DOLLAR | \"${t[0].x}\"                   | ``    | comes before",
                "DOLLAR | \"${t.${a.output.p}}\"          | ``    | cannot be computed",
                "DOLLAR | \"${${a.output.p}.output}\"     | ``    | whole step",
                "DOLLAR | \"${t.output.a${a.output.p}}\"  | ``    | whole step",
                "DOLLAR | \"${t.output['x}\"              | ``    | not closed",
                "DOLLAR | \"${t.output['x'y]}\"           | ``    | between brackets",
                "DOLLAR | \"${t.output.x]}\"              | ``    | not expected",
                "BRACE  | \"{key\"                        | ``    | write {{",
                "BRACE  | \"{}\"                          | ``    | write {{",
                "BRACE  | \"{a.b}\"                       | ``    | write {{",
                "BRACE  | \"a } b\"                       | ``    | write }}",
            })
    void aMalformedTemplateIsRefusedWithThePlaceAndTheReason(
            Syntax syntax, String template, String pointer, String message) {
        assertThat(Template.parse(json(template), syntax, Limits.DEFAULT))
                .isInstanceOfSatisfying(ParseResult.Faults.class, faults -> {
                    assertThat(faults.faults()).hasSize(1);
                    assertThat(faults.faults().getFirst().pointer()).isEqualTo(pointer);
                    assertThat(faults.faults().getFirst().message()).contains(message);
                });
    }

    @Test
    void everyFaultOfATreeIsReportedUpToABound() {
        assertThat(faults(json("[\"${\", \"fine\", \"${x\"]"), Limits.DEFAULT))
                .extracting(ParseResult.Fault::pointer)
                .containsExactly("/0", "/2");
        var many = JSON.createArrayNode();
        for (int i = 0; i < 1000; i++) {
            many.add("${");
        }
        assertThat(faults(many, Limits.DEFAULT)).hasSize(ParseResult.Faults.MAX);
    }

    @Test
    void referencesTellRootPropertyPathAndPlace() {
        var template = parsed(json("""
                {"a": "${t1.output.x[0]}",
                 "b": ["x ${workflow.input['k']} ${t2.status}", "${t3.output.l[${t4.output.i}]}"]}"""));
        assertThat(template.references())
                .extracting(r -> r.at() + " " + r.root() + " " + r.property() + " " + r.path())
                .containsExactly(
                        "/a t1 OUTPUT [.x, [0]]",
                        "/b/0 workflow INPUT [.k]",
                        "/b/0 t2 STATUS []",
                        "/b/1 t4 OUTPUT [.i]",
                        "/b/1 t3 OUTPUT [.l, [${t4.output.i}]]");
        assertThat(template.constant()).isFalse();
        assertThat(parsed(json("{\"a\":\"$${x}\"}")).constant()).isTrue();
    }

    @Test
    void aRenderedTreeMayBeChangedWithoutChangingTheTemplate() {
        var template = parsed(json("{\"a\":{\"b\":1}}"));
        ((ObjectNode) rendered(template).get("a")).put("b", 2);
        assertThat(rendered(template)).isEqualTo(json("{\"a\":{\"b\":1}}"));
    }

    @Test
    void aDialectChoosesWhatBecomesOfMissingValues() {
        var template = parsed(json("[\"a ${t.output.none} ${task.output.nil}\", \"${t.output.none}\"]"));
        assertThat(template.render(SCOPE, Missing.NULL_WORD))
                .isEqualTo(new RenderResult.Rendered(json("[\"a null null\", null]")));
        assertThat(template.render(SCOPE, Missing.REFUSE))
                .isEqualTo(new RenderResult.Unresolved(template.references().getFirst()));
        assertThat(parsed(json("\"a ${task.output.nil}\"")).render(SCOPE, Missing.REFUSE))
                .isEqualTo(new RenderResult.Rendered(json("\"a \"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PATH", "HOME", "java.home", "user.dir", "['java.home']", "env.PATH", "workflow.env.PATH"})
    void nothingOfTheProcessResolves(String name) {
        assertThat(rendered("\"${" + name + "}\"", Syntax.DOLLAR).isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${",
                "${a[",
                "${a.output[${",
                "${a.output.${",
                "$",
                "$$",
                "$${",
                "{",
                "}",
                "${a['",
                "${}",
                " ${ ",
                "\\",
                "${a.output.b",
                "${a.",
                "${a.output.x}",
                "${a.output[0]",
                "{{",
                "{a}",
                "[",
                "${a.output['\\"
            })
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void hostileTextOfAMegabyteIsReadInLinearTime(String unit) {
        var text = TextNode.valueOf(unit.repeat((1 << 20) / unit.length()));
        for (var syntax : Syntax.values()) {
            var started = System.nanoTime();
            if (Template.parse(text, syntax, ROOMY) instanceof ParseResult.Parsed(var template)) {
                assertThat(template.render(SCOPE)).isInstanceOf(RenderResult.Rendered.class);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void depthIsBounded() {
        JsonNode nested = TextNode.valueOf("${a}");
        for (int i = 0; i < 64; i++) {
            nested = JSON.createArrayNode().add(nested);
        }
        assertThat(Template.parse(nested)).isInstanceOf(ParseResult.Parsed.class);
        assertThat(faults(JSON.createArrayNode().add(nested), Limits.DEFAULT)
                        .getFirst()
                        .message())
                .contains("deeper than 64");
        assertThat(faults(TextNode.valueOf("${a.output[".repeat(70)), Limits.DEFAULT)
                        .getFirst()
                        .message())
                .contains("deeper than 64");
    }

    @Test
    void textLengthReferencesAndStepsAreBounded() {
        var limits = new Limits(8, 40, 2, 3, 1000);
        assertThat(faults(TextNode.valueOf("x".repeat(41)), limits).getFirst().message())
                .contains("40 characters");
        assertThat(faults(json("{\"" + "n".repeat(41) + "\":1}"), limits)
                        .getFirst()
                        .message())
                .contains("member name");
        assertThat(faults(TextNode.valueOf("${a}${b}${c}"), limits).getFirst().message())
                .contains("2 references");
        assertThat(faults(TextNode.valueOf("${a.output.b.c.d.e}"), limits)
                        .getFirst()
                        .message())
                .contains("3 steps");
    }

    @Test
    void theRenderedSizeIsBounded() {
        var big = TextNode.valueOf("x".repeat(1000));
        var limits = new Limits(8, 1000, 100, 8, 10_000);
        for (var text : List.of("${a}".repeat(20), "${a} ".repeat(20))) {
            var template = parsed(TextNode.valueOf(text), limits);
            assertThat(template.render(reference -> big)).isEqualTo(new RenderResult.TooLarge(10_000));
        }
        var wholes = JSON.createArrayNode();
        for (int i = 0; i < 20; i++) {
            wholes.add("${a}");
        }
        var nested = JSON.createObjectNode().set("deep", JSON.createArrayNode().add(big));
        assertThat(parsed(wholes, limits).render(reference -> nested)).isEqualTo(new RenderResult.TooLarge(10_000));
        assertThat(parsed(wholes, limits).render(reference -> MissingNode.getInstance()))
                .isInstanceOf(RenderResult.Rendered.class);
    }

    private static List<ParseResult.Fault> faults(JsonNode value, Limits limits) {
        return ((ParseResult.Faults) Template.parse(value, Syntax.DOLLAR, limits)).faults();
    }

    private static JsonNode rendered(String template, Syntax syntax) {
        return switch (Template.parse(json(template), syntax, Limits.DEFAULT)) {
            case ParseResult.Parsed(var parsed) -> rendered(parsed);
            case ParseResult.Faults faults -> throw new AssertionError(faults);
        };
    }

    private static JsonNode rendered(Template template) {
        return ((RenderResult.Rendered) template.render(SCOPE)).value();
    }

    private static Template parsed(JsonNode value) {
        return parsed(value, Limits.DEFAULT);
    }

    private static Template parsed(JsonNode value, Limits limits) {
        return ((ParseResult.Parsed) Template.parse(value, Syntax.DOLLAR, limits)).template();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
