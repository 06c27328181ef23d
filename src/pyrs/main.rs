//! The `pyrs` command.
fn main() {}
