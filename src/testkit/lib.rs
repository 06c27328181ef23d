//! pyrs-testkit.
