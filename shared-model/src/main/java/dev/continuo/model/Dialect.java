package dev.continuo.model;

/** The HTTP dialect that a definition was written in; it tells which compiler reads the document. */
public enum Dialect {
    WORKFLOWSVC(1),
    CONDUCTOR(2),
    AGENTS(3);

    private final short code;

    Dialect(int code) {
        this.code = (short) code;
    }

    /** The stable number under which the dialect is stored. */
    public short code() {
        return code;
    }

    public static Dialect ofCode(int code) {
        for (Dialect dialect : values()) {
            if (dialect.code == code) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("No dialect has the code " + code);
    }
}
