package dev.continuo.store;

/** What lists of things that users name and classify, definitions and scripts, can be sorted by. */
public enum NamedColumn implements Order.Column {
    NAME("name"),
    USER_TYPE("user_type"),
    CREATED_AT("created_at"),
    UPDATED_AT("updated_at");

    private final String sql;

    NamedColumn(String sql) {
        this.sql = sql;
    }

    @Override
    public String sql() {
        return sql;
    }
}
