package dev.continuo.script;

/**
 * An evaluation does not fit on this thread now: it ran past the budget, or the thread's sandbox is not warm. It says
 * nothing about the script; the caller evaluates it again in the {@link ScriptPool}.
 */
public final class BudgetExceeded extends RuntimeException {

    public BudgetExceeded(String message) {
        super(message, null, false, false);
    }
}
