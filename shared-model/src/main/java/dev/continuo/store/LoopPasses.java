package dev.continuo.store;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** The table {@code loop_pass}. */
public final class LoopPasses {
    static final String INSERT = """
            INSERT INTO loop_pass (task_id, pass, output)
            SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[])
            ON CONFLICT (task_id, pass) DO UPDATE SET output = excluded.output
            """;

    public static final String SELECT =
            "SELECT task_id, pass, output FROM loop_pass WHERE task_id = ANY($1) ORDER BY task_id, pass";

    /** Of each loop the latest passes, as many as weigh no more than {@code $2} bytes together. */
    static final String SELECT_LATEST = """
            SELECT task_id, pass, output
              FROM (SELECT *, sum(octet_length(output)) OVER (PARTITION BY task_id ORDER BY pass DESC) AS weight
                      FROM loop_pass WHERE task_id = ANY($1)) AS weighed
             WHERE weight <= $2 ORDER BY task_id, pass
            """;
    /** A loop that is over tells about its passes in its own output. */
    static final String DELETE = "DELETE FROM loop_pass WHERE task_id = ANY($1)";

    private LoopPasses() {}

    static Tuple insert(List<Outcome.Pass> rows) {
        return new Columns<>(rows)
                .uuids(Outcome.Pass::loop)
                .ints(Outcome.Pass::number)
                .texts(r -> Json.write(r.output()))
                .tuple();
    }

    public static Outcome.Pass read(Row row) {
        return new Outcome.Pass(
                row.getUUID("task_id"), row.getInteger("pass"), (ObjectNode) Json.read(row.getString("output")));
    }

    /** A loop's output without its passes, whose members are their numbers. */
    static ObjectNode without(ObjectNode output) {
        ObjectNode rest = JsonNodeFactory.instance.objectNode();
        output.properties().stream()
                .filter(member -> !Character.isDigit(member.getKey().charAt(0)))
                .forEach(member -> rest.set(member.getKey(), member.getValue()));
        return rest;
    }
}
