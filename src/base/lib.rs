//! pyrs-base.
