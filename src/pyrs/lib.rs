//! pyrs.
