package dev.continuo.definition.agents;

import static dev.continuo.definition.TestTypes.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Agents for tests. */
final class Agents {
    private Agents() {}

    /** The one of the original's documentation (agents: Agent). */
    static ObjectNode movie() {
        return (ObjectNode) json("""
                {'id': 'movie-agent', 'name': 'Movie Script agent', 'description': 'Generates a movie script',
                 'variables': {'replicateAPI': '', 'genre': '', 'prompt': '', 'context': ''}, 'fields': [],
                 'workflow': [
                  {'type': 'prompt', 'name': 'Sypnosis', 'system': 'You write a synopsis for a {genre} film',
                   'user': '{prompt}', 'apikey': '{replicateAPI}', 'llm': 'replicate',
                   'model': 'google-deepmind/gemma-3-27b-it', 'temperature': 1, 'maxTokens': 2000, 'output': 'context'},
                  {'name': 'Return', 'type': 'return', 'output': 'context'}]}
                """);
    }

    /** An agent with these nodes, and the variables {@code a}, {@code b}, {@code key} and {@code token}. */
    static ObjectNode of(String... nodes) {
        ObjectNode agent = (ObjectNode) json("""
                {'id': 'x', 'name': 'X', 'description': 'd',
                 'variables': {'a': '1', 'b': '2', 'key': 'hunter2', 'token': 'swordfish'}, 'fields': []}
                """);
        var workflow = agent.putArray("workflow");
        for (String node : nodes) {
            workflow.add(json(node));
        }
        return agent;
    }

    /** A prompt with further members, each of which replaces what the prompt has. */
    static String prompt(String members) {
        ObjectNode node = (ObjectNode)
                json("{'type': 'prompt', 'name': 'P', 'user': '{a}', 'llm': 'claude', 'model': 'm', 'output': 'out'}");
        return with(node, members);
    }

    static String mcp(String members) {
        ObjectNode node = (ObjectNode)
                json("{'type': 'mcp', 'name': 'M', 'config': 'https://mcp.test/', 'user': '{a}', 'output': 'out'}");
        return with(node, members);
    }

    static String returning(String output) {
        return "{'type': 'return', 'name': 'R', 'output': " + output + "}";
    }

    private static String with(ObjectNode node, String members) {
        JsonNode further = json("{" + members + "}");
        further.properties().forEach(member -> node.set(member.getKey(), member.getValue()));
        return node.toString();
    }
}
