package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.misc.OnigUtils;
import org.joni.Matcher;
import org.joni.Option;
import org.joni.Region;
import org.joni.exception.JOniException;

/** The two functions below all of jq's regular expressions, with a search that ends in time. */
final class JqRegex {

    /** Longer ones take long to read alone. */
    private static final int MAX_PATTERN_CHARS = 4096;

    /** The search looks at the clock only inside one attempt, and only in a long one: attempts are made in portions. */
    private static final int ATTEMPTS = 256;

    private final JqMeter meter = JqMeter.current();
    private final OnigUtils.Pattern pattern;
    private final byte[] text;
    private final Matcher matcher;

    private JqRegex(String text, JsonNode regex, JsonNode flags) throws JsonQueryException {
        if (!regex.isTextual()) {
            throw new JsonQueryException("%s cannot be matched, as it is not a string", regex);
        }
        if (regex.textValue().length() > MAX_PATTERN_CHARS) {
            throw new JsonQueryException("the regular expression is longer than " + MAX_PATTERN_CHARS + " characters");
        }
        this.text = text.getBytes(StandardCharsets.UTF_8);
        try {
            pattern = new OnigUtils.Pattern(regex.textValue(), flags.isNull() ? null : flags.asText());
        } catch (JOniException e) {
            throw new JsonQueryException(
                    "%s (at offset 0) is not a valid regex: " + e.getMessage().replace("%", "%%"), regex);
        }
        matcher = pattern.regex.matcher(this.text, 0, this.text.length, meter.nanosLeft());
    }

    static void match(Scope scope, List<Expression> args, JsonNode in, PathOutput output) throws JsonQueryException {
        var text = text(in);
        args.get(2).apply(scope, in, test -> args.get(1)
                .apply(scope, in, flags -> args.get(0).apply(scope, in, regex -> {
                    var search = new JqRegex(text, regex, flags);
                    output.emit(test.asBoolean() ? BooleanNode.valueOf(search.from(0)) : search.matches(), null);
                })));
    }

    static void substitute(Scope scope, List<Expression> args, JsonNode in, PathOutput output)
            throws JsonQueryException {
        var text = text(in);
        args.get(0).apply(scope, in, regex -> args.get(2).apply(scope, in, flags -> {
            for (var result : new JqRegex(text, regex, flags).substituted(scope, args.get(1))) {
                output.emit(TextNode.valueOf(result), null);
            }
        }));
    }

    private static String text(JsonNode in) throws JsonQueryException {
        if (!in.isTextual()) {
            throw new JsonQueryException("%s cannot be matched, as it is not a string", in);
        }
        return in.textValue();
    }

    private boolean from(int start) {
        int at = start;
        while (true) {
            int until = charStart(Math.min(text.length, at + ATTEMPTS));
            matcher.setTimeout(meter.nanosLeft());
            int found = matcher.search(at, until, Option.NONE);
            meter.look();
            if (found >= 0) {
                return true;
            }
            if (found == Matcher.INTERRUPTED) {
                throw meter.timedOut();
            }
            if (until == text.length) {
                return false;
            }
            at = until;
        }
    }

    /** The next place at or behind a byte where a character starts. */
    private int charStart(int from) {
        int at = from;
        while (at < text.length && (text[at] & 0xC0) == 0x80) {
            at++;
        }
        return at;
    }

    private int next() {
        return matcher.getEnd() > matcher.getBegin()
                ? matcher.getEnd()
                : charStart(Math.min(text.length, matcher.getEnd() + 1));
    }

    private boolean another(int start) {
        return pattern.global && (start < text.length || start == text.length && matcher.getEnd() < text.length);
    }

    private ArrayNode matches() {
        var found = JsonNodeFactory.instance.arrayNode();
        int start = 0;
        int chars = 0;
        int bytes = 0;
        boolean more = true;
        while (more && from(start)) {
            chars += length(bytes, matcher.getBegin());
            bytes = matcher.getBegin();
            var match = piece(matcher.getBegin(), matcher.getEnd(), chars);
            match.set("captures", captures(chars));
            meter.elements(found.size() + 2.0);
            found.add(match);
            start = next();
            more = another(start);
        }
        return found;
    }

    private ArrayNode captures(int charsBefore) {
        var captures = JsonNodeFactory.instance.arrayNode();
        Region region = matcher.getRegion();
        int groups = region == null ? 0 : region.getNumRegs();
        for (int i = 1; i < groups; i++) {
            ObjectNode capture;
            if (region.getBeg(i) < 0) {
                capture = JsonNodeFactory.instance.objectNode();
                capture.put("offset", -1).put("length", 0).putNull("string");
            } else {
                int offset = region.getBeg(i) < matcher.getBegin()
                        ? length(0, region.getBeg(i))
                        : charsBefore + length(matcher.getBegin(), region.getBeg(i));
                capture = piece(region.getBeg(i), region.getEnd(i), offset);
            }
            captures.add(capture.put("name", pattern.names[i]));
        }
        return captures;
    }

    private ObjectNode piece(int begin, int end, int offset) {
        var piece = JsonNodeFactory.instance.objectNode();
        return piece.put("offset", offset).put("length", length(begin, end)).put("string", string(begin, end));
    }

    private String string(int begin, int end) {
        return new String(text, begin, end - begin, StandardCharsets.UTF_8);
    }

    /** In code points. */
    private int length(int begin, int end) {
        int length = 0;
        for (int i = begin; i < end; i++) {
            length += (text[i] & 0xC0) == 0x80 ? 0 : 1;
        }
        return length;
    }

    /** A replacement with several values makes as many results of each result so far. */
    private List<String> substituted(Scope scope, Expression replacement) throws JsonQueryException {
        List<StringBuilder> results = new ArrayList<>(List.of(new StringBuilder()));
        int copied = 0;
        int start = 0;
        boolean more = true;
        while (more && from(start)) {
            append(results, string(copied, matcher.getBegin()));
            copied = matcher.getEnd();
            start = next();
            more = another(start);
            List<String> values = new ArrayList<>();
            replacement.apply(scope, named(), value -> {
                meter.elements(values.size() + 1.0);
                values.add(value.asText());
            });
            results = combined(results, values);
        }
        append(results, string(copied, text.length));
        return results.stream().map(StringBuilder::toString).toList();
    }

    private ObjectNode named() {
        var named = JsonNodeFactory.instance.objectNode();
        Region region = matcher.getRegion();
        int groups = region == null ? 0 : region.getNumRegs();
        for (int i = 1; i < groups; i++) {
            if (pattern.names[i] != null) {
                named.set(
                        pattern.names[i],
                        region.getBeg(i) < 0
                                ? NullNode.getInstance()
                                : TextNode.valueOf(string(region.getBeg(i), region.getEnd(i))));
            }
        }
        return named;
    }

    private void append(List<StringBuilder> results, String part) {
        for (var result : results) {
            meter.steps(1 + part.length() / 64);
            meter.boundChars((long) results.size() * (result.length() + part.length()));
            result.append(part);
        }
    }

    private List<StringBuilder> combined(List<StringBuilder> results, List<String> values) {
        if (values.size() == 1) {
            append(results, values.getFirst());
            return results;
        }
        meter.elements((double) results.size() * values.size());
        List<StringBuilder> combined = new ArrayList<>(results.size() * values.size());
        for (var value : values) {
            for (var result : results) {
                meter.chars((long) results.size() * values.size() * (result.length() + value.length()));
                combined.add(new StringBuilder(result).append(value));
            }
        }
        return combined;
    }
}
