//! pyrs-stdlib.
