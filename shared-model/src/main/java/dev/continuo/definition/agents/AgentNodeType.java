package dev.continuo.definition.agents;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The types of an agent's nodes (agents: Nodes). */
public enum AgentNodeType {
    PROMPT(
            "prompt",
            "PromptNode",
            Set.of("system", "user", "apikey", "llm", "model", "temperature", "maxTokens", "output")),
    MCP("mcp", "McpNode", Set.of("config", "user", "apikey", "maxSteps", "model", "output")),
    RETURN("return", "ReturnNode", Set.of("output"));

    private final String word;
    private final String earlyWord;
    private final Set<String> members;

    AgentNodeType(String word, String earlyWord, Set<String> members) {
        this.word = word;
        this.earlyWord = earlyWord;
        this.members = members;
    }

    /** As it is written in a node. */
    public String word() {
        return word;
    }

    /** What a node of this type has besides its type and name. */
    Set<String> members() {
        return members;
    }

    /** The early spellings count, too: agents that were written for the first servers have them. */
    public static Optional<AgentNodeType> of(String text) {
        return Arrays.stream(values())
                .filter(type -> type.word.equals(text) || type.earlyWord.equals(text))
                .findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(AgentNodeType::word).collect(Collectors.joining(", "));
    }
}
