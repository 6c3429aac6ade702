package dev.continuo.store;

import dev.continuo.definition.Dynamics;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** The table {@code run_fragment}. */
final class Fragments {
    static final String INSERT = """
            INSERT INTO run_fragment (run_id, part, owner_part, owner_node, document)
            SELECT * FROM unnest($1::uuid[], $2::int[], $3::int[], $4::int[], $5::text[])
            ON CONFLICT (run_id, part) DO UPDATE
            SET owner_part = excluded.owner_part, owner_node = excluded.owner_node, document = excluded.document
            """;

    static final String SELECT = """
            SELECT run_id, part, owner_part, owner_node, document FROM run_fragment
            WHERE run_id = ANY($1) ORDER BY run_id, part
            """;

    /** Those parts, and whatever brought them. */
    static final String SELECT_PARTS = """
            WITH RECURSIVE needed AS (
                SELECT * FROM unnest($1::uuid[], $2::int[]) AS asked(run_id, part)
                UNION
                SELECT f.run_id, f.owner_part FROM needed n JOIN run_fragment f USING (run_id, part)
                WHERE f.owner_part > 0)
            SELECT run_id, part, f.owner_part, f.owner_node, f.document FROM needed JOIN run_fragment f USING (run_id, part)
            ORDER BY run_id, part
            """;

    private Fragments() {}

    record Insert(UUID runId, Fragment fragment) {}

    static Tuple insert(List<Insert> rows) {
        return new Columns<>(rows)
                .uuids(Insert::runId)
                .ints(r -> r.fragment().part())
                .ints(r -> r.fragment().ownerPart())
                .ints(r -> r.fragment().ownerNode())
                .texts(r -> Json.write(r.fragment().document()))
                .tuple();
    }

    /** The fragments of one run, in the order of their parts: an owner comes before what it brought. */
    static List<Fragment> read(Plan plan, List<Row> rows) {
        Map<Integer, Fragment> byPart = new TreeMap<>();
        for (Row row : rows) {
            int ownerPart = row.getInteger("owner_part");
            int ownerNode = row.getInteger("owner_node");
            Node owner = ownerPart == 0
                    ? plan.node(ownerNode)
                    : byPart.get(ownerPart).nodes().get(ownerNode);
            var document = Json.read(row.getString("document"));
            Dynamics.Compiled compiled = plan.traits().dynamics().compile(owner, document);
            int part = row.getInteger("part");
            byPart.put(
                    part,
                    new Fragment(
                            part,
                            ownerPart,
                            ownerNode,
                            compiled.nodes(),
                            compiled.branches(),
                            compiled.remembered(),
                            document));
        }
        return new ArrayList<>(byPart.values());
    }
}
